//! What stands beside the music's audio stands beside the output's too, and says what changed.

use std::fs;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::folder::{Folder, noise};

/// The chunks of a wave file, in their order.
fn chunks(wave: &[u8]) -> Vec<(String, Vec<u8>)> {
    let size = |at: usize| u32::from_le_bytes(wave[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(size(4) + 8, wave.len(), "the form's size");
    let mut found = Vec::new();
    let mut at = 12;
    while at < wave.len() {
        let id = String::from_utf8(wave[at..at + 4].to_vec()).unwrap();
        let body = at + 8..at + 8 + size(at + 4);
        found.push((id, wave[body.clone()].to_vec()));
        at = body.end.next_multiple_of(2);
    }
    found
}

fn body<'a>(chunks: &'a [(String, Vec<u8>)], id: &str) -> &'a [u8] {
    let chunk = chunks.iter().find(|(it, _)| it == id);
    &chunk.unwrap_or_else(|| panic!("no {id}")).1
}

/// A `bext` chunk of version 2 that begins at `samples`.
pub fn bext(samples: u64) -> Vec<u8> {
    let mut bext = vec![0; 602];
    bext[..5].copy_from_slice(b"Cue 7");
    bext[338..346].copy_from_slice(&samples.to_le_bytes());
    bext[346] = 2;
    bext[348..412].fill(0x55);
    bext[412..422].fill(0x11);
    bext.extend(b"A=PCM,F=48000,W=24,M=mono,T=DAW\r\n");
    bext
}

/// Adds chunks to the file `name`: `before` its audio, and `after` it.
pub fn add(folder: &Folder, name: &str, before: &[(&str, &[u8])], after: &[(&str, &[u8])]) {
    let wave = fs::read(folder.path(name)).unwrap();
    let packed = |chunks: &[(&str, &[u8])]| {
        let mut bytes = Vec::new();
        for (id, body) in chunks {
            bytes.extend(id.as_bytes());
            bytes.extend((body.len() as u32).to_le_bytes());
            bytes.extend(*body);
            bytes.extend(&[0][..body.len() % 2]);
        }
        bytes
    };
    let mut whole = [&wave[..12], &packed(before), &wave[12..]].concat();
    whole.resize(whole.len().next_multiple_of(2), 0);
    whole.extend(packed(after));
    let size = whole.len() as u32 - 8;
    whole[4..8].copy_from_slice(&size.to_le_bytes());
    fs::write(folder.path(name), whole).unwrap();
}

#[test]
fn duck_delta_and_undipped_keep_the_chunks_of_the_music() {
    let folder = Folder::new();
    let spec = WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(folder.path("music.wav"), spec).unwrap();
    for sample in noise(24_001) {
        writer.write_sample((sample * 8_388_608.0) as i32).unwrap();
    }
    writer.finalize().unwrap();
    let ixml = b"<BWFXML><SPEED><AUDIO_BIT_DEPTH>24</AUDIO_BIT_DEPTH></SPEED></BWFXML>";
    let mut cue = vec![0; 28];
    cue[0] = 1;
    let labels = b"adtllabl\x0A\0\0\0\x01\0\0\0enter\0";
    let axml = b"<audioTrackUID UID=\"ATU_1\" sampleRate=\"48000\" bitDepth=\"24\"/>";
    let chna = [1; 44];
    let bext = bext(172_848_000);
    let before = [("bext", &bext[..]), ("iXML", &ixml[..]), ("junk", b"abc")];
    let after = [
        ("cue ", &cue[..]),
        ("LIST", &labels[..]),
        ("LIST", b"INFOISFT\xFF\0\0\0"),
        ("axml", &axml[..]),
        ("chna", &chna),
    ];
    add(&folder, "music.wav", &before, &after);
    folder.silence("voice.wav", 48_000, 24_001);
    for bits in ["24", "32"] {
        let duck = ["duck", "voice.wav", "music.wav", "-o", "out.wav"];
        let more = [
            "--delta",
            "delta.wav",
            "--undipped",
            "whole.wav",
            "--bits",
            bits,
        ];
        let run = folder.run(&[&duck[..], &more].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        for (name, what) in [
            ("out.wav", "duck\r\n"),
            ("delta.wav", "duck (what was removed)\r\n"),
            ("whole.wav", "duck (music as it came)\r\n"),
        ] {
            let found = chunks(&fs::read(folder.path(name)).unwrap());
            let new = body(&found, "bext");
            // The time, and all the rest that still holds.
            assert_eq!(new[..348], bext[..348]);
            assert_eq!(new[348..412], [0; 64], "another unique number");
            assert_eq!(new[412..422], [0xFF, 0x7F].repeat(5), "another loudness");
            let history = String::from_utf8(new[602..].to_vec()).unwrap();
            let lines: Vec<&str> = history.split_inclusive("\r\n").collect();
            assert_eq!(lines[0], "A=PCM,F=48000,W=24,M=mono,T=DAW\r\n");
            let start = format!("A=PCM,F=48000,W={bits},M=mono,T=Underscore ");
            assert!(lines[1].starts_with(&start), "{history}");
            assert!(lines[1].ends_with(what) && lines.len() == 2, "{history}");
            let text = |id| String::from_utf8(body(&found, id).to_vec()).unwrap();
            let depth = format!("<AUDIO_BIT_DEPTH>{bits}</AUDIO_BIT_DEPTH>");
            assert!(text("iXML").contains(&depth));
            assert!(text("axml").contains(&format!("bitDepth=\"{bits}\"")));
            assert_eq!(body(&found, "cue "), cue);
            assert_eq!(body(&found, "LIST"), labels);
            assert_eq!(body(&found, "chna"), chna);
            // The damaged list isn't passed on, nor is what no one knows.
            let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
            assert_eq!(ids.iter().filter(|it| **it == "LIST").count(), 1);
            assert!(!ids.contains(&"junk"), "{ids:?}");
            let place = |id| ids.iter().position(|it| *it == id).unwrap();
            assert!(place("bext") < place("data") && place("cue ") > place("data"));
        }
    }
}
