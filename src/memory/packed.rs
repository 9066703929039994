//! A reel as bytes, small enough for a saved state, of which as much as possible is read when it is damaged.
//!
//! After a magic number, a version and the number of lines come chunks: a marker, a tag, a checksum (CRC-32), a
//! length, data. A chunk that can't be read is left out, and the next marker looked for. A chunk of lines has two
//! blocks: deflated, for each line a list of fields, which are a tag, a length, bytes; and the knots of all their curves
//! (`memory/packed_curve.rs`). Chunks and fields of unknown tags belong to later versions and are skipped.

use std::io::{Read, Write};

use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use crate::lines::fingerprint::Fingerprint;
use crate::memory::orders::{Order, Orders};
use crate::memory::packed_curve::{CurvePacker, CurveUnpacker};
use crate::memory::packing::{Packer, Unpacker};
use crate::memory::remembered::{Effect, Reel, RideLine, SCALES};
use crate::ride::curve::Curve;
use crate::snapshot::Figures;

const MAGIC: [u8; 4] = *b"URid";
const VERSION: u8 = 1;

const MARKER: [u8; 4] = [0xd5, b'C', 0xe9, 0x0a];
const SPANS_CHUNK: u8 = 1;
const LINES_CHUNK: u8 = 2;
/// Lines that are gone, of which the orders are kept.
const ORPHANS_CHUNK: u8 = 3;

/// Lines in a chunk: what is lost where one is damaged. More take a few percent less room.
const CHUNK_LINES: usize = 64;

/// Most bytes of the fields of a chunk, and most knots of a curve (40 minutes), so that a bomb doesn't go off.
const MAX_FIELDS_BYTES: u64 = 16 << 20;
const MAX_KNOTS: u64 = 60_000;

const TIMES: u8 = 1;
const CURVE: u8 = 2;
const EFFECTS: u8 = 3;
const ORDERS: u8 = 4;
const FINGERPRINT: u8 = 5;
const AUDIBILITY: u8 = 6;

/// What was read of a packed reel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unpacked {
    /// All that could be read.
    pub reel: Reel,
    /// How many lines there should be.
    pub num_lines: usize,
    /// Whether all of it could be read.
    pub is_whole: bool,
    /// Whether a later version wrote it, which may have said more of each line.
    pub is_newer: bool,
}

impl Unpacked {
    /// What the user should know, in words.
    pub fn problem(&self) -> Option<String> {
        let num_read = self.reel.lines().len();
        match (self.is_whole, self.is_newer) {
            (true, false) => None,
            (true, true) => Some(
                "The remembered lines come from a newer Underscore; what this one doesn't know of them is left out"
                    .to_owned(),
            ),
            (false, _) => Some(format!(
                "The memory of lines is damaged: {num_read} of {} remembered lines could be read",
                self.num_lines.max(num_read)
            )),
        }
    }
}

/// The bytes of a reel.
pub fn pack(reel: &Reel) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.push(VERSION);
    bytes.extend((reel.lines().len() as u32).to_le_bytes());
    let mut spans = Packer::default();
    for &(from_s, to_s) in reel.spans_s() {
        spans.f64(from_s);
        spans.f64(to_s);
    }
    push_chunk(&mut bytes, SPANS_CHUNK, &spans.bytes);
    for lines in reel.lines().chunks(CHUNK_LINES) {
        push_chunk(&mut bytes, LINES_CHUNK, &chunk_of(lines));
    }
    for lines in reel.orphans().chunks(CHUNK_LINES) {
        push_chunk(&mut bytes, ORPHANS_CHUNK, &chunk_of(lines));
    }
    bytes
}

fn chunk_of(lines: &[RideLine]) -> Vec<u8> {
    let (mut fields, mut curves) = (Packer::default(), CurvePacker::default());
    for line in lines {
        fields.block(&line_bytes(line));
        curves.put(line.curve.knots());
    }
    let mut chunk = Packer::default();
    chunk.block(&deflated(&fields.bytes));
    chunk.block(&curves.finish());
    chunk.bytes
}

/// Reads what can be read of `bytes`. Never panics.
pub fn unpack(bytes: &[u8]) -> Unpacked {
    let mut unpacked = Unpacked {
        is_whole: true,
        ..Unpacked::default()
    };
    let mut header = Unpacker::new(bytes);
    match (header.array::<4>(), header.byte(), header.array::<4>()) {
        (Some(MAGIC), Some(version), Some(num_lines)) => {
            unpacked.is_newer = version > VERSION;
            unpacked.num_lines = u32::from_le_bytes(num_lines) as usize;
        }
        _ => unpacked.is_whole = false,
    }
    let (mut lines, mut orphans, mut spans_s) = (Vec::new(), Vec::new(), None);
    let mut rest = bytes;
    while let Some(at) = find(rest, &MARKER) {
        unpacked.is_whole &= at == 0 || rest.len() == bytes.len();
        let chunk = &rest[at + MARKER.len()..];
        let Some((tag, data, num_bytes)) = read_chunk(chunk) else {
            unpacked.is_whole = false;
            rest = chunk;
            continue;
        };
        rest = &chunk[num_bytes..];
        let mut data = Unpacker::new(data);
        match tag {
            SPANS_CHUNK => {
                spans_s = Some(std::iter::from_fn(|| Some((data.f64()?, data.f64()?))).collect());
            }
            LINES_CHUNK | ORPHANS_CHUNK => {
                let lines = match tag {
                    LINES_CHUNK => &mut lines,
                    _ => &mut orphans,
                };
                let before = lines.len();
                if lines_of(&mut data, lines).is_none() {
                    unpacked.is_whole = false;
                    lines.truncate(before);
                }
            }
            _ => {}
        }
    }
    // Up to three zeros come of the text.
    unpacked.is_whole &= rest.len() < 4 && spans_s.is_some() && lines.len() == unpacked.num_lines;
    // Where stretches are lost, what is remembered is known to lie under the lines that are there.
    let spans_s: Vec<(f64, f64)> = spans_s.unwrap_or_default();
    let are_all_known = lines.len() >= unpacked.num_lines;
    unpacked.reel = Reel::of_parts(lines, spans_s, are_all_known).with_orphans(orphans);
    unpacked
}

fn push_chunk(bytes: &mut Vec<u8>, tag: u8, data: &[u8]) {
    bytes.extend(MARKER);
    bytes.push(tag);
    bytes.extend(checksum(tag, data).to_le_bytes());
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
}

/// Tag and data of the chunk that `bytes` begin with after its marker, and how long it is.
fn read_chunk(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let mut from = Unpacker::new(bytes);
    let tag = from.byte()?;
    let sum = u32::from_le_bytes(from.array()?);
    let num_bytes = u32::from_le_bytes(from.array()?) as usize;
    let data = from.bytes(num_bytes)?;
    (checksum(tag, data) == sum).then_some((tag, data, 1 + 4 + 4 + num_bytes))
}

fn checksum(tag: u8, data: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(&[tag]);
    crc.update(data);
    crc.sum()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Memory takes all that is written.
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish());
    packed.unwrap_or_default()
}

/// Reads the lines of a chunk; `None` if they are none that [`pack`] writes.
fn lines_of(chunk: &mut Unpacker, lines: &mut Vec<RideLine>) -> Option<()> {
    let mut fields = Vec::new();
    let mut decoder = ZlibDecoder::new(chunk.block()?).take(MAX_FIELDS_BYTES);
    decoder.read_to_end(&mut fields).ok()?;
    let mut curves = CurveUnpacker::new(chunk.block()?);
    let mut fields = Unpacker::new(&fields);
    while let Some(block) = fields.block() {
        lines.push(line_of(block, &mut curves)?);
    }
    Some(())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn line_bytes(line: &RideLine) -> Vec<u8> {
    let mut fields = Packer::default();
    let mut times = Packer::default();
    times.f64(line.start_s);
    times.f64(line.end_s);
    times.f32(line.learned_scale);
    fields.field(TIMES, &times.bytes);
    let mut curve = Packer::default();
    curve.signed(line.curve.first_knot());
    curve.unsigned(line.curve.knots().len() as u64);
    fields.field(CURVE, &curve.bytes);
    let mut effects = Packer::default();
    let mut last = [0; 1 + crate::snapshot::NUM_FIGURES];
    for effect in &line.effects {
        let steps = effect.to_steps();
        for (step, last) in steps.iter().zip(&last) {
            effects.signed(step - last);
        }
        last = steps;
    }
    fields.field(EFFECTS, &effects.bytes);
    let mut audibility = Packer::default();
    audibility.f32(line.audibility);
    fields.field(AUDIBILITY, &audibility.bytes);
    if !line.fingerprint.bytes().is_empty() {
        fields.field(FINGERPRINT, line.fingerprint.bytes());
    }
    if line.orders.are_given() {
        fields.field(ORDERS, &orders_bytes(&line.orders));
    }
    fields.bytes
}

fn line_of(block: &[u8], curves: &mut CurveUnpacker) -> Option<RideLine> {
    let mut fields = Unpacker::new(block);
    let mut line = RideLine::default();
    let (mut has_times, mut has_curve) = (false, false);
    while let Some((tag, bytes)) = fields.field() {
        let mut field = Unpacker::new(bytes);
        match tag {
            TIMES => {
                (line.start_s, line.end_s) = (field.f64()?, field.f64()?);
                line.learned_scale = field.f32()?.clamp(0.0, SCALES[SCALES.len() - 1]);
                has_times = line.end_s > line.start_s;
            }
            CURVE => {
                let first_knot = field.signed()?;
                let num_knots = field
                    .unsigned()
                    .filter(|&num_knots| num_knots <= MAX_KNOTS)?;
                let knots = curves.knots(num_knots as usize);
                line.curve = Curve::from_knots(first_knot, knots.into());
                has_curve = true;
            }
            EFFECTS => {
                let mut steps = [0; 1 + crate::snapshot::NUM_FIGURES];
                for effect in &mut line.effects {
                    for step in &mut steps {
                        *step = field.signed()?.checked_add(*step)?;
                    }
                    *effect = Effect::of_steps(steps);
                }
            }
            ORDERS => line.orders = orders_of(&mut field)?,
            FINGERPRINT => line.fingerprint = Fingerprint::from_bytes(bytes),
            AUDIBILITY => line.audibility = field.f32()?.clamp(0.0, 1.0),
            _ => {}
        }
    }
    (has_times && has_curve).then_some(line)
}

fn orders_bytes(orders: &Orders) -> Vec<u8> {
    let mut bytes = Packer::default();
    let (kind, value) = match orders.order {
        Order::Auto => (0, 0.0),
        Order::Off => (1, 0.0),
        Order::Change(change_lu) => (2, change_lu),
        Order::Fixed(loss_lu) => (3, loss_lu),
    };
    bytes.bytes.push(kind);
    bytes.f32(value);
    for time_s in [orders.in_s, orders.out_s] {
        bytes.bytes.push(u8::from(time_s.is_some()));
        bytes.f64(time_s.unwrap_or_default());
    }
    bytes.block(orders.note.as_bytes());
    bytes.bytes
}

fn orders_of(bytes: &mut Unpacker) -> Option<Orders> {
    let kind = bytes.byte()?;
    let value = bytes.f32()?;
    let order = match kind {
        1 => Order::Off,
        2 => Order::Change(value),
        3 => Order::Fixed(value),
        // Of a later version: as learned.
        _ => Order::Auto,
    };
    let mut time_s = || {
        let is_given = bytes.byte()? == 1;
        let time_s = bytes.f64()?;
        Some(is_given.then_some(time_s))
    };
    let (in_s, out_s) = (time_s()?, time_s()?);
    let note = String::from_utf8_lossy(bytes.block()?).into_owned();
    Some(Orders {
        order,
        in_s,
        out_s,
        note,
    })
}

impl Effect {
    /// Steps of the loss, LU, and of the figures: as remembered, saved and shown.
    const LOSS_STEP_LU: f32 = 1e-3;
    const FIGURE_STEP: f32 = 5e-4;

    /// In steps: what is packed.
    fn to_steps(self) -> [i64; 1 + crate::snapshot::NUM_FIGURES] {
        let mut steps = [0; 1 + crate::snapshot::NUM_FIGURES];
        let figures = self.figures.to_array();
        let values = std::iter::once(self.loss_lu / Self::LOSS_STEP_LU)
            .chain(figures.into_iter().map(|figure| figure / Self::FIGURE_STEP));
        for (step, value) in steps.iter_mut().zip(values) {
            *step = value.round() as i64;
        }
        steps
    }

    fn of_steps([loss, figures @ ..]: [i64; 1 + crate::snapshot::NUM_FIGURES]) -> Self {
        Self {
            loss_lu: loss as f32 * Self::LOSS_STEP_LU,
            figures: Figures::from_array(figures.map(|step| step as f32 * Self::FIGURE_STEP)),
        }
    }

    /// In whole steps, so that a saved reel plays as the one that was learned.
    pub fn rounded(self) -> Self {
        Self::of_steps(self.to_steps())
    }
}
