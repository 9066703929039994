//! The plugin's window. It reads hops and parameters, and never the engine.
//!
//! [`model`] gathers what was heard and paints nothing; `views` paint it, a file each; [`edit`]
//! sends what the user changes to the host. `axis`, `curve` and `layout` are view maths,
//! [`theme`] has all colours and sizes.

pub mod app;
mod axis;
mod curve;
pub mod edit;
mod layout;
pub mod model;
pub mod options;
mod plain_window;
pub mod raster;
pub mod theme;
mod views;
mod widgets;
pub mod window;

pub use self::app::EditorApp;
pub use self::window::EditorWindow;
