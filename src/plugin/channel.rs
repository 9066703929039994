//! Snapshots on their way from the audio thread to the editor: a triple buffer, so that neither
//! ever waits for the other, and the reader always finds the newest complete one.

use std::sync::Arc;

use nice_plug_egui::{EguiEditorState, RepaintNotifier};

use crate::snapshot::Snapshot;

/// The editor's end.
pub type SnapshotReceiver = triple_buffer::Output<Snapshot>;

/// The audio thread's end.
pub struct SnapshotSender {
    input: triple_buffer::Input<Snapshot>,
    editor: Arc<EguiEditorState>,
    repaint: RepaintNotifier,
}

impl SnapshotSender {
    /// Whether an editor is open: if not, no snapshot needs to be made.
    pub fn has_reader(&self) -> bool {
        self.editor.is_open()
    }

    /// Publishes `snapshot` and asks for a repaint at the next refresh of the screen. Never
    /// allocates, locks or waits.
    pub fn send(&mut self, snapshot: &Snapshot) {
        self.input.write(*snapshot);
        self.repaint.request_repaint();
    }
}

/// A channel to the editor whose window `editor` describes and `repaint` wakes.
pub fn snapshot_channel(
    editor: Arc<EguiEditorState>,
    repaint: RepaintNotifier,
) -> (SnapshotSender, SnapshotReceiver) {
    let (input, output) = triple_buffer::triple_buffer(&Snapshot::default());
    let sender = SnapshotSender {
        input,
        editor,
        repaint,
    };
    (sender, output)
}
