//! What a window asks of its host.

/// A window's host. It is called on the main thread, but for [`WindowHost::wake`], and with no lock held.
pub trait WindowHost: Send + Sync {
    /// Asks for this size, native pixels; `false` if the host refuses.
    fn request_resize(&self, size: [u32; 2]) -> bool;
    /// Says that the window went by itself.
    fn closed(&self);
    /// Asks that the window's `serve` be called on the main thread. From any thread.
    fn wake(&self);
}
