//! The two inputs compared: whether one holds the other, whether they are swapped, whether they are what
//! they should be. What is wrong is told, and nothing is called clear then.

use std::path::{Path, PathBuf};

use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::audio::input_bus::Timecode;
use crate::cli::errors::{Error, Problem, Shown};
use crate::cli::input_probe::{InputProbe, MonoBlock};
use crate::cli::inputs::InputArgs;
use crate::cli::pair::Pair;
use crate::dsp::common_sound::Common;
use crate::dsp::units::{db_from_gain, db_from_power_f64};
use crate::files::spool;
use crate::found::music_copy::{MAX_RESIDUAL_DB, MusicCopy};
use crate::lines::confirmer::Confirmer;
use crate::lines::doubts::{Doubt, GuideMusic, Input};
use crate::lines::hop_watch::HopWatch;
use crate::settings::{Mode, Settings};
use crate::snapshot::Snapshot;

/// Strength of a common sound from which on it is one.
const LEAST_STRENGTH: f32 = 9.0;

/// Strength from which on a common sound is told although little of it can be explained by a constant gain:
/// the same music through a room, an equaliser or a codec.
const PLAIN_STRENGTH: f32 = 30.0;

/// Share of the dialogue's power that the music must make up to matter, dB: softer spill hides nothing from
/// the meter.
const LEAST_SHARE_DB: f64 = -20.0;

/// What is read to fit the music to the dialogue, s.
const FITTED_S: f64 = 60.0;

/// Frames that are read at once.
const BLOCK_FRAMES: usize = 8192;

/// Peak above which samples aren't scaled to full scale: +12 dBFS.
const TOO_LOUD_PEAK: f32 = 4.0;

/// Share of the time with music in which the dialogue is silent if it is the music that holds the dialogue,
/// and how far under its loudest the dialogue is silent, dB.
const SILENT_SHARE: f64 = 0.1;
const SILENT_DB: f64 = -45.0;

/// How much more somebody must speak in the music than in the dialogue for the two to be swapped, and how
/// long at least, s.
const SWAPPED_RATIO: f64 = 1.5;
const SWAPPED_S: f64 = 0.5;

/// Opens both files, and takes the music out of the dialogue if that is wanted. Says on standard error what
/// was understood and done.
///
/// # Errors
/// If a file can't be read, both are the same, or the music can't be taken out.
pub fn open(
    inputs: &InputArgs,
    channels: &ChannelArgs,
    dialogue: &Path,
    music: &Path,
) -> Result<Pair, Error> {
    let (dialogue, music) = (&piped(dialogue)?, &piped(music)?);
    let mut pair = Pair::open(inputs, channels, dialogue, music)?;
    if channels.subtracts_music() {
        let copy = removable_copy(&pair)?;
        eprintln!(
            "underscore: {}: the music is taken out of it ({:+.1} dB, {:.1} ms later, {:.0} dB are \
             left)",
            Shown(pair.dialogue().path()),
            (10.0 * copy.gain_db()).round() / 10.0 + 0.0,
            1e3 * copy.delay_samples as f64 / f64::from(pair.music().sample_rate_hz()),
            copy.residual_db,
        );
        pair.remove(copy)?;
    }
    Ok(pair)
}

/// `path`, or where the contents of standard input are if it stands for that.
///
/// # Errors
/// If standard input can't be read.
pub fn piped(path: &Path) -> Result<PathBuf, Error> {
    match spool::is_pipe(path) {
        true => spool::stdin_path().map_err(|it| Error::file(path, Problem::Unreadable(it))),
        false => Ok(path.into()),
    }
}

/// Everything that is doubtful about `pair`, which was run: `watch` has heard its hops, as a list takes
/// them.
///
/// # Errors
/// If a file can't be read any more, or the user interrupts.
pub fn doubts(pair: &mut Pair, watch: &HopWatch, settings: &Settings) -> Result<Vec<Doubt>, Error> {
    let mut doubts = Vec::new();
    let probed = pair.take_probed();
    for (input, bus) in [
        (Input::Dialogue, pair.dialogue()),
        (Input::Music, pair.music()),
    ] {
        if bus.timecode() == Timecode::Alone {
            doubts.push(Doubt::Timecode(input));
        }
    }
    let has_timecode = !doubts.is_empty();
    if let Some(probed) = &probed {
        for (input, peak) in [Input::Dialogue, Input::Music]
            .into_iter()
            .zip(probed.peaks)
        {
            if peak > TOO_LOUD_PEAK {
                let dbfs = db_from_gain(peak);
                doubts.push(Doubt::TooLoud { input, dbfs });
            }
        }
    }
    let holds = match probed.and_then(|it| it.common) {
        Some(common) if common.strength >= LEAST_STRENGTH && !pair.has_removal() => {
            holding(pair, &common)?
        }
        _ => None,
    };
    let has_common = holds.is_some();
    doubts.extend(holds);
    for doubt in watch.doubts() {
        match doubt {
            Doubt::OppositePhase => doubts.push(doubt),
            Doubt::VerySoft { .. } if !has_timecode => doubts.push(doubt),
            // Measured on the samples themselves.
            _ => {}
        }
    }
    if !has_common && !has_timecode && watch.may_be_swapped() && are_swapped(pair, settings)? {
        doubts.push(Doubt::Swapped);
    }
    Ok(doubts)
}

/// Says on standard error what is doubtful.
pub fn say(pair: &Pair, doubts: &[Doubt], fps: Option<f64>) {
    for doubt in doubts {
        eprintln!("underscore: {}: {}", pair.shown_names(), doubt.text(fps));
    }
}

/// Which of the two holds the other, if what they have in common matters.
fn holding(pair: &Pair, common: &Common) -> Result<Option<Doubt>, Error> {
    let Some(fitted) = fit(pair, common)? else {
        return Ok(None);
    };
    let is_plain = common.strength >= PLAIN_STRENGTH;
    let matters = fitted.share_db > LEAST_SHARE_DB || (is_plain && !fitted.copy.is_exact());
    if !matters {
        return Ok(None);
    }
    if !fitted.copy.is_exact() && fitted.silent_share > SILENT_SHARE {
        return Ok(Some(Doubt::MusicHoldsDialogue));
    }
    let copy = &fitted.copy;
    Ok(Some(Doubt::DialogueHoldsMusic(Some(GuideMusic {
        shift_s: match copy.is_exact() {
            true => copy.delay_samples as f64 / f64::from(pair.music().sample_rate_hz()),
            false => common.shift_s,
        },
        gain_db: copy.gain_db(),
        residual_db: copy.is_exact().then_some(copy.residual_db),
    }))))
}

/// The music as it is in the dialogue.
///
/// # Errors
/// [`Error::Flag`] if it can't be taken out; else if a file can't be read.
fn removable_copy(pair: &Pair) -> Result<MusicCopy, Error> {
    let (dialogue, music) = (pair.dialogue().num_channels(), pair.music().num_channels());
    let mut probe = InputProbe::new(pair.music().sample_rate_hz());
    let mut blocks = (vec![Vec::new(); dialogue], vec![Vec::new(); music]);
    let mut again = pair.again()?;
    loop {
        let num_music = again.read_music(&mut blocks.1, BLOCK_FRAMES)?;
        if num_music == 0 {
            break;
        }
        again.read_dialogue(&mut blocks.0, num_music)?;
        let dialogue = MonoBlock::of(&blocks.0, num_music);
        probe.push([&dialogue, &MonoBlock::of(&blocks.1, num_music)]);
    }
    let refused = |rule: String| Error::Rule {
        flag: "--subtract-music",
        rule,
    };
    let common = probe.finish().common;
    let Some(common) = common.filter(|common| common.strength >= LEAST_STRENGTH) else {
        return Err(refused(
            "the dialogue doesn't hold the music: leave it out".into(),
        ));
    };
    match fit(pair, &common)? {
        Some(fitted) if fitted.copy.is_exact() => Ok(fitted.copy),
        Some(fitted) => Err(refused(format!(
            "the dialogue holds the music in another form than the music has ({:.0} dB would be left \
             of it, {:.0} are allowed): give dialogue without it",
            fitted.copy.residual_db, MAX_RESIDUAL_DB,
        ))),
        None => Err(refused(
            "the dialogue doesn't hold the music: leave it out".into(),
        )),
    }
}

/// The music fitted to the dialogue.
struct Fitted {
    copy: MusicCopy,
    /// Power of the copy over that of the dialogue, dB.
    share_db: f64,
    /// Share of the time with music in which the dialogue is silent.
    silent_share: f64,
}

/// Reads the start of both, from where both sound, and fits the music to the dialogue.
fn fit(pair: &Pair, common: &Common) -> Result<Option<Fitted>, Error> {
    let rate_hz = f64::from(pair.music().sample_rate_hz());
    let mut again = pair.again()?;
    let num_wanted = (FITTED_S * rate_hz) as usize;
    let mut dialogue = vec![Vec::new(); again.dialogue().num_channels()];
    let mut music = vec![Vec::new(); again.music().num_channels()];
    let mut block = (dialogue.clone(), music.clone());
    while music[0].len() < num_wanted {
        let num_music = again.read_music(&mut block.1, BLOCK_FRAMES)?;
        if num_music == 0 {
            break;
        }
        again.read_dialogue(&mut block.0, num_music)?;
        let peak = MonoBlock::of(&block.1, num_music).peak;
        // What comes before the music would fill the memory with nothing.
        if music[0].is_empty() && peak < 1e-3 && common.shift_s <= 0.0 {
            continue;
        }
        for (all, channel) in music.iter_mut().zip(&block.1) {
            all.extend_from_slice(channel);
        }
        for (all, channel) in dialogue.iter_mut().zip(&block.0) {
            let end = all.len() + num_music;
            all.extend_from_slice(channel);
            all.resize(end, 0.0);
        }
    }
    let delay_samples = (common.shift_s * rate_hz).round() as i64;
    let tolerance_samples = (rate_hz / 8000.0).ceil() as i64;
    let copy = MusicCopy::fit(&dialogue, &music, rate_hz, delay_samples, tolerance_samples);
    Ok(copy.map(|copy| {
        let (share_db, silent_share) = shares(&dialogue, &music, &copy, rate_hz);
        Fitted {
            copy,
            share_db,
            silent_share,
        }
    }))
}

/// Power of the copy over that of the dialogue, dB, and share of the time with music in which the dialogue
/// is silent.
fn shares(dialogue: &[Vec<f32>], music: &[Vec<f32>], copy: &MusicCopy, rate_hz: f64) -> (f64, f64) {
    let power = |channels: &[Vec<f32>], from: usize, to: usize| -> f64 {
        let all = channels
            .iter()
            .flat_map(|it| it.get(from..to.min(it.len())));
        all.flatten().map(|it| f64::from(it * it)).sum()
    };
    let num_samples = music.first().map_or(0, Vec::len);
    let frame_samples = (0.05 * rate_hz) as usize;
    let frames: Vec<(f64, f64)> = (0..num_samples)
        .step_by(frame_samples.max(1))
        .map(|from| {
            let to = from + frame_samples;
            (power(dialogue, from, to), power(music, from, to))
        })
        .collect();
    let loudest = frames.iter().fold((0.0f64, 0.0f64), |max, it| {
        (max.0.max(it.0), max.1.max(it.1))
    });
    let under = |power: f64, loudest: f64| db_from_power_f64(power / loudest.max(1e-30));
    let with_music = frames
        .iter()
        .filter(|it| under(it.1, loudest.1) > SILENT_DB);
    let num_silent = with_music
        .clone()
        .filter(|it| under(it.0, loudest.0) < SILENT_DB)
        .count();
    let silent_share = num_silent as f64 / with_music.count().max(1) as f64;
    let (spoken, played) = frames
        .iter()
        .fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    let share_db = copy.gain_db() + db_from_power_f64(played / spoken.max(1e-30));
    (share_db, silent_share)
}

/// Whether somebody speaks in the music, and hardly anybody in the dialogue.
fn are_swapped(pair: &Pair, settings: &Settings) -> Result<bool, Error> {
    let own_s = speech_s(pair.again()?, settings)?;
    let other_s = speech_s(pair.swapped()?, settings)?;
    Ok(other_s > SWAPPED_S && other_s > SWAPPED_RATIO * own_s)
}

/// For how long somebody speaks.
fn speech_s(mut pair: Pair, settings: &Settings) -> Result<f64, Error> {
    let settings = Settings {
        mode: Mode::Meter,
        ..*settings
    };
    let mut speech_s = 0.0;
    let mut take = |hop: &Snapshot| speech_s += hop.hop_s() * f64::from(u8::from(hop.is_speech));
    let mut confirmer = Confirmer::default();
    pair.meter(&settings, |hop| confirmer.push(hop, &mut take))?;
    confirmer.drain(&mut take);
    Ok(speech_s)
}
