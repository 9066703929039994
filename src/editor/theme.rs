//! Colours and sizes of the editor. Sizes are in logical pixels.

use egui::{Color32, Visuals};

/// Size of the window.
pub const WINDOW_SIZE: [f64; 2] = [900.0, 510.0];
/// Width of the column with the clash figure.
pub const FIGURE_COLUMN_WIDTH: f32 = 190.0;
/// Height of the plot of both levels.
pub const LEVEL_PLOT_HEIGHT: f32 = 230.0;
/// Height of the plot of the cut.
pub const CUT_PLOT_HEIGHT: f32 = 90.0;
/// Width of a parameter's slider.
pub const SLIDER_WIDTH: f32 = 120.0;
/// Width of a parameter's name.
pub const LABEL_WIDTH: f32 = 70.0;
/// Text size of the clash figure.
pub const FIGURE_TEXT_SIZE: f32 = 64.0;
/// Text size of the plots' labels.
pub const LABEL_TEXT_SIZE: f32 = 11.0;
/// Width of a curve.
pub const CURVE_WIDTH: f32 = 2.0;
/// Radius of the speech lamp.
pub const LAMP_RADIUS: f32 = 6.0;
/// Space between the parts of the window.
pub const GAP: f32 = 12.0;

/// Behind everything.
pub const BACKGROUND: Color32 = Color32::from_rgb(24, 26, 29);
/// Behind a plot.
pub const PLOT_BACKGROUND: Color32 = Color32::from_rgb(16, 17, 19);
/// Grid lines of a plot.
pub const GRID: Color32 = Color32::from_rgb(44, 48, 53);
/// Labels and whatever else is quiet.
pub const QUIET_TEXT: Color32 = Color32::from_rgb(150, 156, 164);
/// The dialogue's curve, and the lamp while somebody speaks.
pub const DIALOGUE: Color32 = Color32::from_rgb(111, 199, 255);
/// The music's curve.
pub const MUSIC: Color32 = Color32::from_rgb(240, 178, 92);
/// The cut's curve.
pub const CUT: Color32 = Color32::from_rgb(190, 150, 255);
/// The lamp while nobody speaks.
pub const LAMP_OFF: Color32 = Color32::from_rgb(60, 64, 70);
/// The clash figure where nothing clashes.
pub const CLEAR: Color32 = Color32::from_rgb(130, 205, 140);
/// The clash figure where all is hidden.
pub const CLASH: Color32 = Color32::from_rgb(255, 105, 90);

/// Colour of the clash figure at `clash_percent`, 0 to 100.
pub fn clash_color(clash_percent: f32) -> Color32 {
    CLEAR.lerp_to_gamma(CLASH, (clash_percent / 100.0).clamp(0.0, 1.0))
}

/// What egui's own widgets look like.
pub fn visuals() -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = BACKGROUND;
    visuals.selection.bg_fill = Color32::from_rgb(58, 92, 122);
    visuals
}
