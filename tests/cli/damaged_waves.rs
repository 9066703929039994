//! Wave files with faults beside whole audio: read as what they hold, with a word on what was missing,
//! and refused with `--strict`.

use std::fs;

use crate::folder::{Folder, noise, read_float};

/// 16-bit samples at 48 kHz, about half a second of them.
fn samples() -> Vec<i16> {
    let noise = noise(24_000);
    noise.iter().map(|it| (it * 32_768.0) as i16).collect()
}

fn expected(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|&it| f32::from(it) / 32_768.0).collect()
}

fn bytes(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|it| it.to_le_bytes()).collect()
}

/// The body of a plain `fmt ` chunk for mono at 48 kHz.
fn fmt(tag: u16, frame_bytes: u16, bits: u16) -> Vec<u8> {
    let rate_hz = 48_000u32;
    let mut body = [tag, 1].map(u16::to_le_bytes).concat();
    body.extend(rate_hz.to_le_bytes());
    body.extend((rate_hz * u32::from(frame_bytes)).to_le_bytes());
    body.extend([frame_bytes, bits].map(u16::to_le_bytes).concat());
    body
}

fn chunk_of(id: &[u8; 4], size: u32, body: &[u8]) -> Vec<u8> {
    [&id[..], &size.to_le_bytes(), body].concat()
}

fn chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = chunk_of(id, body.len() as u32, body);
    chunk.extend(&[0][..body.len() % 2]);
    chunk
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let chunks = chunks.concat();
    let size = chunks.len() as u32 + 4;
    [&b"RIFF"[..], &size.to_le_bytes(), b"WAVE", &chunks].concat()
}

/// Ducks `wave` under silence, demands what it says on standard error, and gives what was read.
#[track_caller]
fn read(wave: &[u8], what: &str) -> Vec<f32> {
    let folder = Folder::new();
    fs::write(folder.path("odd.wav"), wave).unwrap();
    folder.silence("voice.wav", 48_000, 24_000);
    let duck = ["duck", "voice.wav", "odd.wav", "-o", "out.wav"];
    let run = folder.run(&duck);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.starts_with("underscore: odd.wav: "))
        .collect();
    match what {
        "" => assert_eq!(told, [""; 0]),
        what => {
            assert_eq!(told.len(), 1, "{}", run.stderr);
            assert!(told[0].contains(what), "{}", run.stderr);
        }
    }
    let out = read_float(&folder.path("out.wav")).1;
    fs::remove_file(folder.path("out.wav")).unwrap();
    let strict = [&duck[..], &["--strict"]].concat();
    match what {
        "" => assert_eq!(folder.run(&strict).code, 0),
        what => folder.refuses(&strict, "odd.wav", what),
    }
    out
}

#[test]
fn a_size_that_was_never_filled_in_is_no_end() {
    let samples = samples();
    let data = bytes(&samples);
    for size in [0, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] {
        let wave = riff(&[
            chunk(b"fmt ", &fmt(1, 2, 16)),
            chunk_of(b"data", size, &data),
        ]);
        let out = read(&wave, "doesn't say how long it is");
        assert_eq!(out, expected(&samples), "{size:#x}");
    }
    for (long_size, size) in [(0u64, u32::MAX), (48_000, 0x00FF_FFFF)] {
        let mut sizes = [long_size; 3].map(u64::to_le_bytes).concat();
        sizes.extend([0; 4]);
        let mut wave = riff(&[
            chunk(b"ds64", &sizes),
            chunk(b"fmt ", &fmt(1, 2, 16)),
            chunk_of(b"data", size, &data),
        ]);
        wave[..4].copy_from_slice(b"RF64");
        let out = read(&wave, "its header ");
        assert_eq!(out, expected(&samples), "{size:#x}");
    }
}

#[test]
fn a_file_that_is_cut_off_gives_what_is_there() {
    let samples = samples();
    let wave = riff(&[
        chunk(b"fmt ", &fmt(1, 2, 16)),
        chunk(b"data", &bytes(&samples)),
    ]);
    let out = read(&wave[..wave.len() - 1], "its last byte is missing");
    assert_eq!(out, expected(&samples[..samples.len() - 1]));
    let out = read(
        &wave[..wave.len() - 12_000],
        "its last 12000 bytes (0.125 s) are missing",
    );
    assert_eq!(out, expected(&samples[..samples.len() - 6_000]));
}

#[test]
fn a_header_from_before_the_recording_ended_is_no_end() {
    let samples = samples();
    let mut data = chunk(b"data", &bytes(&samples));
    data[4..8].copy_from_slice(&4_000u32.to_le_bytes());
    let wave = riff(&[chunk(b"fmt ", &fmt(1, 2, 16)), data]);
    let what = "its header counts 0.042 s of audio, but 0.500 s are there";
    assert_eq!(read(&wave, what), expected(&samples));
}

#[test]
fn what_is_no_audio_may_be_as_it_likes() {
    let samples = samples();
    let data = chunk(b"data", &bytes(&samples));
    let format = fmt(1, 2, 16);
    let plain = chunk(b"fmt ", &format);
    for fmt_bytes in [14, 18, 20, 22, 24, 28, 40, 64] {
        let mut format = format.clone();
        format.resize(fmt_bytes, 0);
        let out = read(&riff(&[chunk(b"fmt ", &format), data.clone()]), "");
        assert_eq!(out, expected(&samples), "{fmt_bytes}");
    }
    let lists: [&[u8]; 4] = [b"", b"IN", b"INFOISFT\xFF\0\0\0Lavf", b"INFO\0\0"];
    for list in lists {
        let out = read(
            &riff(&[plain.clone(), chunk(b"LIST", list), data.clone()]),
            "",
        );
        assert_eq!(out, expected(&samples), "{list:?}");
    }
    for fact in [&b""[..], &[1, 2]] {
        let out = read(
            &riff(&[plain.clone(), chunk(b"fact", fact), data.clone()]),
            "",
        );
        assert_eq!(out, expected(&samples));
    }
    // A size that leads astray: too long for the file, or into the midst of what follows.
    for size in [5_000_000, 20] {
        let list = chunk_of(b"LIST", size, b"INFOISFT\x04\0\0\0Lavf");
        let what = "its LIST chunk is damaged: passed over";
        let out = read(&riff(&[plain.clone(), list, data.clone()]), what);
        assert_eq!(out, expected(&samples), "{size}");
    }
    // A chunk of odd length without the byte that fills it up.
    let odd = chunk_of(b"note", 3, b"abc");
    let out = read(&riff(&[plain.clone(), odd, data.clone()]), "");
    assert_eq!(out, expected(&samples));
    // A tag of another format behind it.
    let mut tagged = riff(&[plain, data]);
    tagged.extend(b"TAG");
    tagged.extend([b' '; 125]);
    assert_eq!(read(&tagged, ""), expected(&samples));
}

#[test]
fn every_data_chunk_is_read() {
    let samples = samples();
    let data = bytes(&samples);
    // In the midst of a sample.
    let (first, second) = data.split_at(20_001);
    let wave = riff(&[
        chunk(b"fmt ", &fmt(1, 2, 16)),
        chunk(b"data", first),
        chunk(b"note", b"text"),
        chunk(b"data", second),
    ]);
    assert_eq!(read(&wave, "has 2 data chunks"), expected(&samples));
    let waves = [
        b"wavl".to_vec(),
        chunk(b"data", first),
        chunk(b"data", second),
    ];
    let wave = riff(&[
        chunk(b"fmt ", &fmt(1, 2, 16)),
        chunk(b"LIST", &waves.concat()),
    ]);
    assert_eq!(read(&wave, "has 2 data chunks"), expected(&samples));
    // An empty one is nothing to speak of.
    let wave = riff(&[
        chunk(b"fmt ", &fmt(1, 2, 16)),
        chunk(b"data", b""),
        chunk(b"data", &data),
    ]);
    assert_eq!(read(&wave, ""), expected(&samples));
}

/// A header of WAVE_FORMAT_EXTENSIBLE.
fn extensible(frame_bytes: u16, bits: u16) -> Vec<u8> {
    let mut body = fmt(0xFFFE, frame_bytes, 8 * frame_bytes);
    body.extend([22, bits].map(u16::to_le_bytes).concat());
    body.extend(4u32.to_le_bytes());
    body.extend(b"\x01\0\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71");
    body
}

#[test]
fn fewer_bits_than_bytes_are_found_where_they_stand() {
    let loud: Vec<i32> = noise(24_000)
        .iter()
        .map(|it| (it * 8_388_608.0) as i32)
        .collect();
    let soft: Vec<i32> = loud.iter().map(|it| it / 30).collect();
    // From 16 bits: nothing but zeros at the lower end.
    let coarse: Vec<i32> = loud.iter().map(|it| it & !0xFF).collect();
    let wave = |format: Vec<u8>, values: &[i32], shift: u32, num_bytes: usize| {
        let data = values.iter().flat_map(|it| {
            let bytes = (it << shift).to_le_bytes();
            bytes[..num_bytes].to_vec()
        });
        let data: Vec<u8> = data.collect();
        riff(&[chunk(b"fmt ", &format), chunk(b"data", &data)])
    };
    for values in [&loud, &soft, &coarse] {
        let expected: Vec<f32> = values.iter().map(|&it| it as f32 / 8_388_608.0).collect();
        for (name, format, shift) in [
            ("left", fmt(1, 4, 24), 8),
            ("as ALSA has it", fmt(1, 4, 24), 0),
            ("left, by the standard", extensible(4, 24), 8),
        ] {
            let out = read(&wave(format, values, shift, 4), "");
            assert!(out == expected, "24 bits in 4 bytes, {name}");
        }
    }
    let values: Vec<i32> = loud.iter().map(|it| it >> 4).collect();
    let expected: Vec<f32> = values.iter().map(|&it| it as f32 / 524_288.0).collect();
    for shift in [4, 0] {
        let out = read(&wave(fmt(1, 3, 20), &values, shift, 3), "");
        assert!(out == expected, "20 bits in 3 bytes, {shift} up");
    }
}

#[test]
fn wave64_and_au_are_read() {
    let samples = samples();
    let name =
        |id: &[u8; 4]| [&id[..], b"\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A"].concat();
    let chunk = |id: &[u8; 4], body: &[u8]| {
        let size = body.len() as u64 + 24;
        let mut chunk = [&name(id)[..], &size.to_le_bytes(), body].concat();
        chunk.resize(chunk.len().next_multiple_of(8), 0);
        chunk
    };
    let chunks = [
        chunk(b"fmt ", &fmt(1, 2, 16)),
        chunk(b"data", &bytes(&samples)),
    ]
    .concat();
    let riff = b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00";
    let size = chunks.len() as u64 + 40;
    let long = [&riff[..], &size.to_le_bytes(), &name(b"wave"), &chunks].concat();
    assert_eq!(read(&long, ""), expected(&samples));

    let words = [24, 48_000, 3, 48_000, 1u32].map(u32::to_be_bytes).concat();
    let big: Vec<u8> = samples.iter().flat_map(|it| it.to_be_bytes()).collect();
    let au = [&b".snd"[..], &words, &big].concat();
    assert_eq!(read(&au, ""), expected(&samples));
    let what = "its last 1000 bytes (0.010 s) are missing";
    let out = read(&au[..au.len() - 1000], what);
    assert_eq!(out, expected(&samples[..samples.len() - 500]));
}
