//! Pictures at several sizes and scales, in both palettes: `target/editor/*.png`; those that have a
//! reference must be like it.

use underscore::editor::theme::Theme;
use underscore::params::display::Palette;
use underscore::params::session::SessionOptions;

use crate::reference;
use crate::stage::{Stage, demo};

fn options(palette: Palette) -> SessionOptions {
    SessionOptions {
        palette,
        span_s: 30.0,
        rate: Some("24".into()),
        start: "01:00:00:00".into(),
        ..SessionOptions::default()
    }
}

#[test]
fn the_demo_scene_shows_at_every_size_and_scale() {
    let mut num_compared = 0;
    for (width, height, scale) in [
        (1100.0, 700.0, 1.0),
        (640.0, 400.0, 1.0),
        (1920.0, 1200.0, 1.0),
        (1100.0, 700.0, 2.0),
        (640.0, 400.0, 2.0),
        (640.0, 400.0, 3.0),
    ] {
        for palette in Palette::ALL {
            let mut stage = Stage::with(width, height, scale, options(palette));
            stage.play(&demo()[..3700]);
            let name = format!("{width}x{height}@{scale}-{palette:?}");
            let picture = if reference::NAMES.contains(&name.as_str()) {
                num_compared += 1;
                stage.compared_picture(&name)
            } else {
                stage.picture(&name)
            };
            let theme = Theme::of(palette);
            for color in [theme.text, theme.dialogue, theme.masking] {
                let count = picture.count(color, [0.0, 1.0], [0.0, 1.0]);
                assert!(count > 100, "{name}: {color:?} {count}");
            }
        }
    }
    assert_eq!(num_compared, 5);
}
