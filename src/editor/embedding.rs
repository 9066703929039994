//! What an X11 window says of itself to hosts that embed by XEmbed, as VST3 asks for: baseview 0.4.2 says
//! nothing, and such hosts refuse the window (docs/upstream/baseview.md).

use nice_plug_egui::baseview::PlatformHandle;

/// Marks the window as one that may be embedded, by the property `_XEMBED_INFO`. Hosts of other kinds don't
/// look at it; nothing is said where it can't be.
#[cfg(target_os = "linux")]
pub fn announce(window: &PlatformHandle) {
    use raw_window_handle::{HasWindowHandle, RawWindowHandle};

    let id = match window.window_handle().map(|handle| handle.as_raw()) {
        Ok(RawWindowHandle::Xcb(handle)) => handle.window.get(),
        Ok(RawWindowHandle::Xlib(handle)) => handle.window as u32,
        _ => return,
    };
    // Without it, most hosts embed it all the same.
    let _ = set_property(id);
}

#[cfg(not(target_os = "linux"))]
pub fn announce(_window: &PlatformHandle) {}

/// Version of the protocol, and that the window is to be seen as soon as it is embedded.
#[cfg(target_os = "linux")]
const INFO: [u32; 2] = [0, 1];

#[cfg(target_os = "linux")]
fn set_property(window: u32) -> Result<(), Box<dyn std::error::Error>> {
    use x11rb::connection::Connection;
    use x11rb::protocol::xproto::{ConnectionExt as _, PropMode};
    use x11rb::wrapper::ConnectionExt as _;

    // A connection of its own, for a moment: any client may set a property of any window.
    let (connection, _) = x11rb::connect(None)?;
    let atom = connection
        .intern_atom(false, b"_XEMBED_INFO")?
        .reply()?
        .atom;
    connection
        .change_property32(PropMode::REPLACE, window, atom, atom, &INFO)?
        .check()?;
    connection.flush()?;
    Ok(())
}
