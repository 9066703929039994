//! Which part of the window belongs to which view: pure maths.

use egui::{Rect, Vec2, pos2, vec2};

use crate::editor::theme::{GAP, ROW, SMALL_GAP};

/// Below this size the views share one place and take turns in it, logical pixels.
const ALL_AT_ONCE: Vec2 = vec2(900.0, 560.0);

/// A list that is less wide than this has its tools in two rows, the last of which leaves room for the switch of
/// its pane, logical pixels.
pub const TOOLS_IN_TWO_ROWS: f32 = 780.0;

/// Height of the bar at the top.
const BAR_HEIGHT: f32 = ROW + 2.0 * GAP;

/// Height of the strip of parameters at the bottom.
const STRIP_HEIGHT: f32 = 74.0;

/// The places of the views.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panes {
    /// Mode, listening, settings.
    pub bar: Rect,
    /// The verdict.
    pub verdict: Rect,
    /// All that isn't in its place below, one at a time.
    pub main: Main,
}

/// The part of the window that isn't the same at every size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Main {
    /// Everything at once.
    AtOnce {
        /// The spectrum, unless the list needs the room.
        spectrum: Option<Rect>,
        /// The history.
        history: Rect,
        /// The clash list.
        lines: Rect,
        /// The parameters.
        strip: Rect,
    },
    /// One view at a time, chosen by tabs.
    InTurn {
        /// The tabs.
        tabs: Rect,
        /// The view that is chosen.
        view: Rect,
    },
}

/// The layout of a window of `size`. Where all is shown at once, a long list that is worked on takes the place of
/// the spectrum.
pub fn layout(size: Vec2, has_long_list: bool) -> Panes {
    let whole = Rect::from_min_size(pos2(0.0, 0.0), size);
    let bar = Rect::from_min_max(whole.min, pos2(whole.right(), BAR_HEIGHT));
    let is_at_once = size.x >= ALL_AT_ONCE.x && size.y >= ALL_AT_ONCE.y;
    let bottom = if is_at_once {
        whole.bottom() - STRIP_HEIGHT - GAP
    } else {
        whole.bottom() - GAP
    };
    let verdict_width = if is_at_once {
        (0.23 * size.x).clamp(220.0, 520.0)
    } else {
        (0.29 * size.x).clamp(120.0, 240.0)
    };
    let verdict = Rect::from_min_max(pos2(GAP, bar.bottom()), pos2(GAP + verdict_width, bottom));
    let rest = Rect::from_min_max(
        pos2(verdict.right() + GAP, bar.bottom()),
        pos2((whole.right() - GAP).max(verdict.right() + GAP), bottom),
    );
    let main = if is_at_once {
        let height = rest.height() - 2.0 * GAP;
        let more_tools = match rest.width() < TOOLS_IN_TWO_ROWS {
            true => ROW + SMALL_GAP,
            false => 0.0,
        };
        let spectrum_height = (0.42 * height - more_tools).round();
        let history_height = (0.32 * height).round();
        let row = |top: f32, height: f32| {
            Rect::from_min_size(pos2(rest.left(), top), vec2(rest.width(), height))
        };
        let spectrum = (!has_long_list).then(|| row(rest.top(), spectrum_height));
        let history_top = spectrum.map_or(rest.top(), |spectrum| spectrum.bottom() + GAP);
        let history = row(history_top, history_height);
        let lines_top = history.bottom() + GAP;
        Main::AtOnce {
            spectrum,
            history,
            lines: row(lines_top, rest.bottom() - lines_top),
            strip: Rect::from_min_max(
                pos2(GAP, bottom + GAP),
                pos2(whole.right() - GAP, whole.bottom() - GAP),
            ),
        }
    } else {
        let tabs = Rect::from_min_size(rest.min, vec2(rest.width(), ROW));
        let view_top = (tabs.bottom() + GAP).min(rest.bottom());
        Main::InTurn {
            tabs,
            view: Rect::from_min_max(pos2(rest.left(), view_top), rest.max),
        }
    };
    Panes { bar, verdict, main }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rects(layout: &Panes) -> Vec<Rect> {
        let mut rects = vec![layout.bar, layout.verdict];
        match layout.main {
            Main::AtOnce {
                spectrum,
                history,
                lines,
                strip,
            } => rects.extend(spectrum.into_iter().chain([history, lines, strip])),
            Main::InTurn { tabs, view } => rects.extend([tabs, view]),
        }
        rects
    }

    #[test]
    fn views_stay_inside_and_never_overlap_at_any_size() {
        for width in (200..4000).step_by(37) {
            for height in (150..2200).step_by(29) {
                let size = vec2(width as f32, height as f32);
                let whole = Rect::from_min_size(pos2(0.0, 0.0), size).expand(0.01);
                for has_long_list in [false, true] {
                    let rects = rects(&layout(size, has_long_list));
                    for (idx, rect) in rects.iter().enumerate() {
                        assert!(whole.contains_rect(*rect), "{size}: {rect} outside");
                        assert!(rect.width() >= 0.0 && rect.height() >= 0.0, "{size}");
                        for other in &rects[..idx] {
                            let shared = rect.intersect(*other);
                            let is_apart = shared.width() <= 0.01 || shared.height() <= 0.01;
                            assert!(is_apart, "{size}: {rect} over {other}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_small_window_shows_one_view_at_a_time() {
        assert!(matches!(
            layout(vec2(640.0, 400.0), false).main,
            Main::InTurn { .. }
        ));
        assert!(matches!(
            layout(vec2(1100.0, 700.0), false).main,
            Main::AtOnce { .. }
        ));
        // 4K at 300 %.
        assert!(matches!(
            layout(vec2(1280.0, 720.0), false).main,
            Main::AtOnce { .. }
        ));
    }

    #[test]
    fn each_view_has_room_at_the_default_size() {
        let Main::AtOnce {
            spectrum,
            history,
            lines,
            ..
        } = layout(vec2(1100.0, 700.0), false).main
        else {
            panic!("all views at once");
        };
        assert!(spectrum.is_some_and(|it| it.height() > 200.0) && history.height() > 150.0);
        assert!(lines.height() > 110.0, "{lines}");
        // The rows of the list stay where its tools need more room.
        let Main::AtOnce { lines, .. } = layout(vec2(900.0, 560.0), false).main else {
            panic!("all views at once");
        };
        assert!(lines.height() > 135.0, "{lines}");
        let Main::AtOnce {
            spectrum: None,
            lines,
            ..
        } = layout(vec2(1100.0, 700.0), true).main
        else {
            panic!("no spectrum");
        };
        assert!(lines.height() > 350.0, "{lines}");
    }
}
