//! Who listens to the tree, as the system's adapter tells from threads of its own. It never waits for the window, nor
//! the window for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use egui::accesskit::{
    ActionHandler, ActionRequest, ActivationHandler, DeactivationHandler, TreeUpdate,
};

use crate::link::Doorbell;

/// So many requests wait for a frame; a hidden window has none, and what comes then is dropped.
const MAX_WAITING: usize = 256;

/// What an adapter has told and the window hasn't yet taken in.
pub struct Reader {
    is_listening: AtomicBool,
    requests: Mutex<Vec<ActionRequest>>,
    bell: Arc<Doorbell>,
}

impl Reader {
    /// Nobody listens. `bell` wakes the window.
    pub fn new(bell: Arc<Doorbell>) -> Self {
        Self {
            is_listening: AtomicBool::new(false),
            requests: Mutex::default(),
            bell,
        }
    }

    /// Whether somebody wants the tree.
    pub fn is_listening(&self) -> bool {
        self.is_listening.load(Ordering::Acquire)
    }

    /// What was asked of controls since the last call, in the order of its coming.
    pub fn take_requests(&self) -> Vec<ActionRequest> {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut requests)
    }

    fn listen(&self, is_listening: bool) {
        self.is_listening.store(is_listening, Ordering::Release);
        self.bell.ring();
    }
}

/// The adapter's end of a [`Reader`].
pub struct Told(pub Arc<Reader>);

impl ActivationHandler for Told {
    /// The tree comes with the next frame.
    fn request_initial_tree(&mut self) -> Option<TreeUpdate> {
        self.0.listen(true);
        None
    }
}

impl DeactivationHandler for Told {
    fn deactivate_accessibility(&mut self) {
        self.0.listen(false);
    }
}

impl ActionHandler for Told {
    fn do_action(&mut self, request: ActionRequest) {
        let requests = self.0.requests.lock();
        let mut requests = requests.unwrap_or_else(PoisonError::into_inner);
        if requests.len() < MAX_WAITING {
            requests.push(request);
        }
        drop(requests);
        self.0.bell.ring();
    }
}

#[cfg(test)]
mod tests {
    use egui::accesskit::{Action, NodeId, TreeId};

    use super::*;

    #[test]
    fn what_is_told_wakes_the_window_and_is_taken_once() {
        let bell = Arc::new(Doorbell::default());
        let reader = Arc::new(Reader::new(bell.clone()));
        let mut told = Told(reader.clone());
        assert!(!reader.is_listening() && !bell.take_ring());
        assert!(told.request_initial_tree().is_none());
        assert!(reader.is_listening() && bell.take_ring());
        let request = |node| ActionRequest {
            action: Action::Click,
            target_tree: TreeId::ROOT,
            target_node: NodeId(node),
            data: None,
        };
        for node in 0..1000 {
            told.do_action(request(node));
        }
        assert!(bell.take_ring());
        let taken = reader.take_requests();
        assert_eq!(taken.len(), MAX_WAITING);
        assert_eq!(taken[1], request(1));
        assert!(reader.take_requests().is_empty());
        told.deactivate_accessibility();
        assert!(!reader.is_listening() && bell.take_ring());
    }
}
