//! The move as a script for Ardour 7 and later, which writes it to the faders of the selected tracks, as Ardour's own
//! example `s_fader_automation.lua` does. Ardour's fader automation is straight in decibels between two points.

use std::fmt::Write;

use crate::cli::duck_outputs::envelope::fader_move::Envelope;

/// Points in a row of the script.
const ROW_POINTS: usize = 8;

/// The script.
pub fn to_ardour_script(envelope: &Envelope) -> String {
    let mut text = String::from(HEAD);
    for row in envelope.points.chunks(ROW_POINTS) {
        text.push_str("\t\t");
        for point in row {
            let _ = write!(text, "{:.4},{:.2}, ", point.time_s, point.value);
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    let _ = write!(
        text,
        "\t}}\n\tlocal length_s = {:.4}\n",
        envelope.duration_s
    );
    text.push_str(TAIL);
    text
}

const HEAD: &str = "\
ardour {
\t[\"type\"] = \"EditorAction\", name = \"Underscore: ride the music\",
\tdescription = [[Writes what the duck took to the faders of the selected tracks. Select the track of the music, put the playhead on its first sample, run this. Undo takes it back.]]
}

function factory () return function ()
\t-- Seconds from the first sample of the music, and decibels.
\tlocal points = {
";

const TAIL: &str = "\
\tlocal start = Session:transport_sample ()
\tlocal rate = Session:nominal_sample_rate ()
\tlocal function at (seconds)
\t\treturn Temporal.timepos_t (start + math.floor (seconds * rate + 0.5))
\tend

\tSession:begin_reversible_command (\"Ride the music\")
\tlocal is_changed = false
\tfor route in Editor:get_selection ().tracks:routelist ():iter () do
\t\tlocal control = route:amp ():gain_control ()
\t\tlocal list = control:alist ()
\t\tlocal before = list:get_state ()
\t\tlist:clear (at (0), at (length_s))
\t\tfor idx = 1, #points, 2 do
\t\t\tlist:add (at (points[idx]), 10 ^ (points[idx + 1] / 20), false, true)
\t\tend
\t\tcontrol:set_automation_state (ARDOUR.AutoState.Play)
\t\tSession:add_command (list:memento_command (before, list:get_state ()))
\t\tis_changed = true
\tend
\tif is_changed then
\t\tSession:commit_reversible_command (nil)
\telse
\t\tSession:abort_reversible_command ()
\t\tLuaDialog.Message (\"Underscore\", \"Select the track of the music first.\",
\t\t\tLuaDialog.MessageType.Info, LuaDialog.ButtonType.Close):run ()
\tend
end end
";
