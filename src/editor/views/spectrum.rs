//! The spectrum: where does it clash, and what is cut?

use egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::editor::model::band_display::{Curves, tilt_band_db};
use crate::editor::theme::{GAP, LABELS_HEIGHT, LABELS_WIDTH, ROUNDING, ROW, SMALL_GAP, TOOLS_TOP};
use crate::editor::views::frame::row_in;
use crate::editor::views::limits;
use crate::editor::views::plot::{Plot, add};
use crate::editor::views::scene::Scene;
use crate::editor::widgets::choice;
use crate::params::display::{Smoothing, Tilt};
use crate::psycho::bands::{NOMINAL_HZ, NUM_BANDS};

/// Draws the view.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.panel);
    let tools = Rect::from_min_size(
        rect.min + vec2(GAP, TOOLS_TOP),
        vec2(rect.width() - 2.0 * GAP, ROW),
    );
    let plot = Plot::new(Rect::from_min_max(
        pos2(rect.left() + LABELS_WIDTH, tools.bottom() + SMALL_GAP),
        pos2(rect.right() - GAP, rect.bottom() - LABELS_HEIGHT),
    ));
    show_tools(ui, tools, scene);
    if plot.rect.height() < 20.0 || plot.rect.width() < 40.0 {
        return;
    }
    let painter = ui.painter().with_clip_rect(rect);
    let inside = painter.with_clip_rect(plot.rect);
    // Beyond its edges, so that nothing behind it has to be painted there.
    inside.rect_filled(plot.rect.expand(1.0), 0.0, theme.plot);
    plot.grid(&painter, theme);
    let tilt = tilt_band_db(scene.options.tilt);
    let curves = *scene.model.spectrum.curves();
    plot.levels(&inside, theme, &curves, &tilt);
    if let Some((dialogue, music)) = scene.model.spectrum.peaks() {
        let (dialogue, music) = (add(dialogue, &tilt), add(music, &tilt));
        plot.peaks(&inside, theme, &dialogue, &music);
    }
    plot.cut(&inside, theme, &curves.cut_band_db);
    // Below the handles, which come after it.
    let pointer = ui.interact(plot.rect, ui.scope_id().with("spectrum"), Sense::hover());
    let worst = worst_text(&curves);
    pointer.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Spectrum. {worst}")));
    limits::show(ui, &plot, scene);
    let band = ui
        .input(|input| input.pointer.hover_pos())
        .filter(|at| plot.rect.contains(*at) && ui.rect_contains_pointer(plot.rect))
        .map(|at| band_at(plot.hz.hz_from_x(at.x)));
    match band {
        Some(band_idx) => plot.read_out(ui, &inside, theme, &curves, band_idx),
        None => plot.legend(ui, theme),
    }
}

/// Freeze, peak hold, tilt and smoothing.
fn show_tools(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    row_in(ui, rect, |ui| {
        let spectrum = &mut scene.model.spectrum;
        let is_frozen = spectrum.is_frozen();
        let help = "Stops the spectrum; meters, history and list go on";
        if choice::toggle(ui, "", "Freeze", is_frozen, help).clicked() {
            spectrum.set_frozen(!is_frozen);
        }
        let is_held = spectrum.peaks().is_some();
        let help = "Thin lines at the highest levels since it was switched on, dBFS";
        if choice::toggle(ui, "", "Peaks", is_held, help).clicked() {
            spectrum.hold_peaks(!is_held);
        }
        let options = &mut scene.options;
        ui.menu_button(format!("Fall: {}", options.smoothing.name()), |ui| {
            for smoothing in Smoothing::ALL {
                let is_on = smoothing == options.smoothing;
                if choice::toggle(ui, "Fall", smoothing.name(), is_on, "").clicked() {
                    options.smoothing = smoothing;
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text("How fast the levels fall: 100 ms, 400 ms or 1.5 s");
        ui.menu_button(tilt_text(options.tilt), |ui| {
            for tilt in Tilt::ALL {
                let is_on = tilt == options.tilt;
                if choice::toggle(ui, "", &tilt_text(tilt), is_on, "").clicked() {
                    options.tilt = tilt;
                    ui.close();
                }
            }
        })
        .response
        .on_hover_text("Slope added for display, dB per octave: at 3 speech is about flat");
    });
}

fn tilt_text(tilt: Tilt) -> String {
    format!("Tilt: {} dB", tilt.db_per_octave())
}

fn worst_text(curves: &Curves) -> String {
    let worst = curves
        .excess_band_db
        .iter()
        .enumerate()
        .max_by(|(_, a), (_, b)| a.total_cmp(b))
        .filter(|(_, excess_db)| **excess_db >= 0.5);
    match worst {
        Some((band_idx, excess_db)) => format!(
            "Most is hidden at {} Hz, by {excess_db:.0} dB.",
            NOMINAL_HZ[band_idx]
        ),
        None => "Nothing is hidden.".to_owned(),
    }
}

/// The band whose edges are on both sides of `hz`.
fn band_at(hz: f32) -> usize {
    let band = 10.0 * (hz / 100.0).log10();
    (band.round().max(0.0) as usize).min(NUM_BANDS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::model::band_display::tests::flat_curves;

    #[test]
    fn the_band_that_is_hidden_most_is_told() {
        let mut curves = flat_curves();
        assert_eq!(worst_text(&curves), "Nothing is hidden.");
        curves.excess_band_db[12] = 6.04;
        assert!(worst_text(&curves).contains("1600 Hz, by 6 dB"));
    }

    #[test]
    fn the_pointer_finds_its_band() {
        for (band_idx, &hz) in NOMINAL_HZ.iter().enumerate() {
            assert_eq!(band_at(hz), band_idx, "{hz} Hz");
        }
        assert_eq!(band_at(1.0), 0);
        assert_eq!(band_at(1e6), NUM_BANDS - 1);
    }
}
