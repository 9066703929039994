//! Colours and sizes of the editor. Sizes are in logical pixels.

use egui::{Color32, CornerRadius, FontId, Stroke, Style, TextStyle, Visuals, vec2};

use crate::clash::verdict::Verdict;
use crate::params::display::Palette;

/// Text that is read at the edits.
pub const TEXT: f32 = 14.0;
/// Labels of axes and other small text.
pub const SMALL_TEXT: f32 = 12.0;
/// Headings of views.
pub const HEADING_TEXT: f32 = 13.0;
/// The largest text beside the words and figures that are read from a distance.
pub const LARGE_TEXT: f32 = 26.0;
/// Width of a curve.
pub const CURVE_WIDTH: f32 = 2.0;
/// Width of a line that is read from a distance.
pub const BOLD_WIDTH: f32 = 3.0;
/// Space round and between parts.
pub const GAP: f32 = 8.0;
/// Space between things that belong together.
pub const SMALL_GAP: f32 = 4.0;
/// Space between a text and what stands right of it or under it.
pub const TEXT_GAP: f32 = 6.0;
/// Space above the tools of a view.
pub const TOOLS_TOP: f32 = 3.0;
/// Width of the labels left of a plot.
pub const LABELS_WIDTH: f32 = 38.0;
/// Height of the labels under a plot.
pub const LABELS_HEIGHT: f32 = 18.0;
/// Height of a button and a row.
pub const ROW: f32 = 24.0;
/// Rounding of corners.
pub const ROUNDING: f32 = 3.0;

/// What has a colour.
#[derive(Debug)]
pub struct Theme {
    /// Behind everything.
    pub background: Color32,
    /// Behind a view.
    pub panel: Color32,
    /// Behind a plot.
    pub plot: Color32,
    /// Grid lines.
    pub grid: Color32,
    /// Edges and what is switched off.
    pub edge: Color32,
    /// What is read.
    pub text: Color32,
    /// Labels.
    pub quiet: Color32,
    /// What is chosen, and the keyboard's focus.
    pub accent: Color32,
    /// The dialogue.
    pub dialogue: Color32,
    /// The music.
    pub music: Color32,
    /// The music's masking threshold.
    pub masking: Color32,
    /// What is cut.
    pub cut: Color32,
    /// Words get through.
    pub clear: Color32,
    /// Some words are lost.
    pub strained: Color32,
    /// Half of the words or more are lost; the overlap that hides them.
    pub masked: Color32,
}

impl Theme {
    /// The colours of `palette`.
    pub fn of(palette: Palette) -> &'static Self {
        match palette {
            Palette::Standard => &STANDARD,
            Palette::ColourBlind => &COLOUR_BLIND,
        }
    }
}

const STANDARD: Theme = Theme {
    background: Color32::from_rgb(20, 22, 25),
    panel: Color32::from_rgb(27, 30, 34),
    plot: Color32::from_rgb(14, 15, 17),
    grid: Color32::from_rgb(38, 42, 47),
    edge: Color32::from_rgb(66, 72, 80),
    text: Color32::from_rgb(222, 226, 231),
    quiet: Color32::from_rgb(156, 164, 174),
    accent: Color32::from_rgb(120, 180, 235),
    dialogue: Color32::from_rgb(104, 190, 245),
    music: Color32::from_rgb(176, 150, 112),
    masking: Color32::from_rgb(240, 205, 140),
    cut: Color32::from_rgb(190, 150, 250),
    clear: Color32::from_rgb(112, 200, 130),
    strained: Color32::from_rgb(245, 190, 70),
    masked: Color32::from_rgb(255, 92, 72),
};

const COLOUR_BLIND: Theme = Theme {
    dialogue: Color32::from_rgb(235, 240, 245),
    music: Color32::from_rgb(96, 118, 160),
    masking: Color32::from_rgb(150, 175, 225),
    cut: Color32::from_rgb(170, 140, 215),
    clear: Color32::from_rgb(86, 180, 233),
    strained: Color32::from_rgb(240, 228, 66),
    masked: Color32::from_rgb(232, 98, 10),
    accent: Color32::from_rgb(150, 190, 235),
    ..STANDARD
};

impl Theme {
    /// The colour of a verdict.
    pub fn verdict(&self, verdict: Verdict) -> Color32 {
        match verdict {
            Verdict::Clear => self.clear,
            Verdict::Strained => self.strained,
            Verdict::Masked => self.masked,
        }
    }

    /// The colour of an overlap whose excess is `excess_db`: the warning colour, fuller the worse
    /// it is.
    pub fn overlap(&self, excess_db: f32) -> Color32 {
        self.masked.gamma_multiply(overlap_opacity(excess_db))
    }
}

/// How full the warning colour is, 0 to 1: nothing without an excess, visible from 1 dB on, full at
/// 15 dB, where nothing of the band is left.
pub fn overlap_opacity(excess_db: f32) -> f32 {
    if excess_db <= 0.0 {
        return 0.0;
    }
    (0.22 + 0.78 * excess_db / 15.0).min(1.0)
}

/// The font of a text of this size.
pub fn font(size: f32) -> FontId {
    FontId::proportional(size)
}

/// What egui's own widgets look like.
pub fn style(theme: &Theme) -> Style {
    let mut style = Style::default();
    style.spacing.item_spacing = vec2(6.0, 4.0);
    style.spacing.button_padding = vec2(8.0, 3.0);
    style.spacing.interact_size = vec2(28.0, ROW);
    style.animation_time = 0.0;
    style.interaction.tooltip_delay = 0.5;
    style.text_styles = [
        (TextStyle::Small, font(SMALL_TEXT)),
        (TextStyle::Body, font(TEXT)),
        (TextStyle::Button, font(TEXT)),
        (TextStyle::Heading, font(18.0)),
        (TextStyle::Monospace, FontId::monospace(TEXT)),
    ]
    .into();
    style.visuals = visuals(theme);
    style
}

fn visuals(theme: &Theme) -> Visuals {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = theme.background;
    visuals.window_fill = theme.panel;
    visuals.window_stroke = Stroke::new(1.0, theme.edge);
    visuals.window_shadow = egui::Shadow::NONE;
    visuals.popup_shadow = egui::Shadow::NONE;
    visuals.extreme_bg_color = theme.plot;
    visuals.override_text_color = None;
    visuals.selection.bg_fill = theme.accent.gamma_multiply(0.35);
    visuals.selection.stroke = Stroke::new(1.0, theme.text);
    let widgets = &mut visuals.widgets;
    widgets.noninteractive.fg_stroke = Stroke::new(1.0, theme.text);
    widgets.noninteractive.bg_stroke = Stroke::new(1.0, theme.grid);
    for (state, fill, stroke) in [
        (&mut widgets.inactive, theme.grid, Stroke::NONE),
        (&mut widgets.hovered, theme.edge, Stroke::NONE),
        // Also that of the widget with the keyboard's focus.
        (
            &mut widgets.active,
            theme.edge,
            Stroke::new(2.0, theme.accent),
        ),
        (&mut widgets.open, theme.edge, Stroke::NONE),
    ] {
        state.bg_fill = fill;
        state.weak_bg_fill = fill;
        state.bg_stroke = stroke;
        state.fg_stroke = Stroke::new(1.0, theme.text);
        state.corner_radius = CornerRadius::same(ROUNDING as u8);
        // Nothing grows under the pointer.
        state.expansion = 0.0;
    }
    visuals
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Linear light of a channel (IEC 61966-2-1).
    fn linear(channel: u8) -> f32 {
        let value = f32::from(channel) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    }

    fn rgb(color: Color32) -> [f32; 3] {
        [color.r(), color.g(), color.b()].map(linear)
    }

    /// Relative luminance and contrast ratio (WCAG 2.2).
    fn contrast(a: Color32, b: Color32) -> f32 {
        let luminance = |color| {
            let [r, g, b] = rgb(color);
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        };
        let ratio: f32 = luminance(a) / luminance(b);
        ratio.max(1.0 / ratio)
    }

    /// How a colour looks to eyes that lack one kind of cones: full protanopia, deuteranopia and
    /// tritanopia (Machado, Oliveira and Fernandes 2009, IEEE TVCG 15:1291, severity 1).
    const DEFICIENCIES: [[[f32; 3]; 3]; 3] = [
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];

    /// CIE L*a*b* (D65) of linear light.
    fn lab(rgb: [f32; 3]) -> [f32; 3] {
        let [r, g, b] = rgb.map(|channel| channel.clamp(0.0, 1.0));
        let f = |value: f32| {
            if value > 0.008_856 {
                value.cbrt()
            } else {
                7.787 * value + 16.0 / 116.0
            }
        };
        let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
        let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
        let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn difference(a: [f32; 3], b: [f32; 3]) -> f32 {
        let squares = lab(a).into_iter().zip(lab(b)).map(|(a, b)| (a - b).powi(2));
        squares.sum::<f32>().sqrt()
    }

    #[test]
    fn text_and_meters_stand_out_from_what_is_behind_them() {
        for palette in Palette::ALL {
            let theme = Theme::of(palette);
            for (name, color, least) in [
                ("text", theme.text, 10.0),
                ("quiet", theme.quiet, 5.5),
                ("clear", theme.clear, 7.0),
                ("strained", theme.strained, 7.0),
                ("masked", theme.masked, 4.5),
                ("dialogue", theme.dialogue, 7.0),
                ("masking", theme.masking, 7.0),
            ] {
                for behind in [theme.background, theme.panel, theme.plot] {
                    let ratio = contrast(color, behind);
                    assert!(ratio > least, "{palette:?} {name}: {ratio:.1}");
                }
            }
        }
    }

    #[test]
    fn the_safe_palette_keeps_its_colours_apart_for_every_kind_of_eye() {
        let theme = Theme::of(Palette::ColourBlind);
        let verdicts = [theme.clear, theme.strained, theme.masked];
        let sides = [theme.dialogue, theme.music, theme.masked];
        for set in [verdicts, sides] {
            for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                for matrix in DEFICIENCIES {
                    let seen = |color| {
                        let light = rgb(color);
                        matrix.map(|row| row.iter().zip(light).map(|(m, c)| m * c).sum())
                    };
                    let apart = difference(seen(set[a]), seen(set[b]));
                    assert!(apart > 25.0, "{:?} {:?}: {apart:.0}", set[a], set[b]);
                }
            }
        }
    }

    #[test]
    fn a_worse_overlap_is_fuller() {
        assert_eq!(overlap_opacity(-3.0), 0.0);
        assert_eq!(overlap_opacity(0.0), 0.0);
        assert!(overlap_opacity(1.0) > 0.2);
        assert!(overlap_opacity(3.0) < overlap_opacity(6.0));
        assert_eq!(overlap_opacity(40.0), 1.0);
    }
}
