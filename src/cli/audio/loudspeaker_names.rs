//! What files and people call loudspeakers: names in lists and file names, bits of channel masks,
//! labels of the Audio Definition Model.
//!
//! Sources: WAVE_FORMAT_EXTENSIBLE as Microsoft documents it; common definitions for the ADM: ITU-R
//! BS.2094; labels: ITU-R BS.2051.

use crate::layout::Loudspeaker::{self, *};

/// Each loudspeaker with what it is called, the first as it is shown.
const NAMES: [(Loudspeaker, &[&str]); 24] = [
    (Left, &["L", "Left", "Lt", "Lf", "Fl", "M+030"]),
    (Right, &["R", "Right", "Rt", "Rf", "Fr", "M-030"]),
    (
        Centre,
        &["C", "Centre", "Center", "Cntr", "Fc", "Mono", "M+000"],
    ),
    (Lfe, &["LFE", "LFE1", "LFE2", "LFEL", "LFER", "Sub", "Sw"]),
    (LeftSurround, &["Ls", "LSur", "LeftSurround", "Sl", "M+110"]),
    (
        RightSurround,
        &["Rs", "RSur", "RightSurround", "Sr", "M-110"],
    ),
    (LeftSide, &["Lss", "Lsd", "LeftSide", "M+090"]),
    (RightSide, &["Rss", "Rsd", "RightSide", "M-090"]),
    (
        LeftRear,
        &["Lsr", "Lrs", "Lr", "Lb", "Bl", "Lbs", "LeftRear", "M+135"],
    ),
    (
        RightRear,
        &["Rsr", "Rrs", "Rr", "Rb", "Br", "Rbs", "RightRear", "M-135"],
    ),
    (CentreSurround, &["Cs", "S", "Bc", "M+180", "M-180"]),
    (LeftCentre, &["Lc", "Flc", "M+022", "M+SC"]),
    (RightCentre, &["Rc", "Frc", "M-022", "M-SC"]),
    (LeftWide, &["Lw", "LeftWide", "M+060"]),
    (RightWide, &["Rw", "RightWide", "M-060"]),
    (
        TopFrontLeft,
        &["Ltf", "Tfl", "Lfh", "Vhl", "U+030", "U+045"],
    ),
    (
        TopFrontRight,
        &["Rtf", "Tfr", "Rfh", "Vhr", "U-030", "U-045"],
    ),
    (TopFrontCentre, &["Ctf", "Tfc", "Vhc", "U+000"]),
    (TopCentre, &["Tc", "Vog", "T+000"]),
    (TopSideLeft, &["Ltm", "Lts", "Tsl", "Tml", "U+090"]),
    (TopSideRight, &["Rtm", "Rts", "Tsr", "Tmr", "U-090"]),
    (
        TopBackLeft,
        &["Ltr", "Ltb", "Tbl", "Trl", "Lrh", "U+110", "U+135"],
    ),
    (
        TopBackRight,
        &["Rtr", "Rtb", "Tbr", "Trr", "Rrh", "U-110", "U-135"],
    ),
    (TopBackCentre, &["Ctb", "Tbc", "U+180"]),
];

/// Loudspeakers by their bits in a channel mask, from the lowest.
const MASK_BITS: [Loudspeaker; 18] = [
    Left,
    Right,
    Centre,
    Lfe,
    LeftRear,
    RightRear,
    LeftCentre,
    RightCentre,
    CentreSurround,
    LeftSide,
    RightSide,
    TopCentre,
    TopFrontLeft,
    TopFrontCentre,
    TopFrontRight,
    TopBackLeft,
    TopBackCentre,
    TopBackRight,
];

/// Orders that have a name of their own; those of film have the centre in the middle and the LFE last.
const ORDERS: [(&str, &[Loudspeaker]); 17] = [
    ("mono", &[Centre]),
    ("stereo", &[Left, Right]),
    ("2.1", &[Left, Right, Lfe]),
    ("lcr", &[Left, Centre, Right]),
    ("3.0", &[Left, Right, Centre]),
    ("3.1", &[Left, Right, Centre, Lfe]),
    ("quad", &[Left, Right, LeftSurround, RightSurround]),
    ("4.0", &[Left, Right, Centre, CentreSurround]),
    ("4.1", &[Left, Right, Lfe, LeftSurround, RightSurround]),
    ("5.0", &[Left, Right, Centre, LeftSurround, RightSurround]),
    (
        "5.0-film",
        &[Left, Centre, Right, LeftSurround, RightSurround],
    ),
    (
        "5.1",
        &[Left, Right, Centre, Lfe, LeftSurround, RightSurround],
    ),
    (
        "5.1-film",
        &[Left, Centre, Right, LeftSurround, RightSurround, Lfe],
    ),
    (
        "5.1-dts",
        &[Left, Right, LeftSurround, RightSurround, Centre, Lfe],
    ),
    (
        "6.1",
        &[
            Left,
            Right,
            Centre,
            Lfe,
            CentreSurround,
            LeftSurround,
            RightSurround,
        ],
    ),
    (
        "7.1",
        &[
            Left, Right, Centre, Lfe, LeftRear, RightRear, LeftSide, RightSide,
        ],
    ),
    (
        "7.1-film",
        &[
            Left, Centre, Right, LeftSide, RightSide, LeftRear, RightRear, Lfe,
        ],
    ),
];

/// What the loudspeaker is called.
pub fn name(loudspeaker: Loudspeaker) -> &'static str {
    let row = NAMES.iter().find(|(it, _)| *it == loudspeaker);
    row.and_then(|(_, names)| names.first()).unwrap_or(&"?")
}

/// The names of all, such as `L R C LFE Ls Rs`.
pub fn names(loudspeakers: &[Loudspeaker]) -> String {
    let all: Vec<&str> = loudspeakers.iter().map(|&it| name(it)).collect();
    all.join(" ")
}

/// The loudspeaker that is called `text`, whatever the case of its letters.
pub fn parse(text: &str) -> Option<Loudspeaker> {
    let text = text.trim();
    let text = text.strip_prefix("RC_").unwrap_or(text);
    let row = NAMES
        .iter()
        .find(|(_, names)| names.iter().any(|it| it.eq_ignore_ascii_case(text)));
    row.map(|&(loudspeaker, _)| loudspeaker)
}

/// The loudspeakers of a named order, or of names with commas or spaces between them.
///
/// # Errors
/// The rule, if it is neither.
pub fn parse_layout(text: &str) -> Result<Vec<Loudspeaker>, String> {
    let text = text.trim();
    if let Some((_, order)) = ORDERS.iter().find(|(it, _)| it.eq_ignore_ascii_case(text)) {
        return Ok(order.to_vec());
    }
    if let Some(num_channels) = usual_named(text) {
        return Ok(Loudspeaker::usual(num_channels)[..num_channels].to_vec());
    }
    text.split([',', ' '])
        .filter(|name| !name.is_empty())
        .map(parse)
        .collect::<Option<Vec<_>>>()
        .filter(|all| !all.is_empty())
        .ok_or_else(|| {
            let orders: Vec<&str> = ORDERS.iter().map(|(name, _)| *name).collect();
            format!(
                "must be loudspeakers in the file's order, such as L,C,R,Ls,Rs,LFE, or one of {}, \
                 7.1.2, 7.1.4, 9.1.4, 9.1.6",
                orders.join(", ")
            )
        })
}

/// Number of channels of the layouts with heights.
fn usual_named(text: &str) -> Option<usize> {
    match text {
        "7.0" => Some(7),
        "7.1.2" => Some(10),
        "7.1.4" => Some(12),
        "9.1.4" => Some(14),
        "9.1.6" => Some(16),
        _ => None,
    }
}

/// The loudspeakers of a channel mask in the order of the file's channels; `None` unless it names one
/// for each of them.
pub fn of_mask(mask: u32, num_channels: usize) -> Option<Vec<Loudspeaker>> {
    if mask.count_ones() as usize != num_channels {
        return None;
    }
    let bits = (0..u32::BITS).filter(|bit| mask >> bit & 1 == 1);
    let all: Vec<Loudspeaker> = bits
        .map(|bit| MASK_BITS.get(bit as usize).copied().unwrap_or(Unknown))
        .collect();
    // One channel is mono, whatever its bit.
    Some(match num_channels {
        1 => vec![Centre],
        _ => with_plain_surrounds(all),
    })
}

/// The mask of these loudspeakers, if they are in the order of its bits and each has one.
pub fn mask_of(loudspeakers: &[Loudspeaker]) -> Option<u32> {
    let bit_of = |loudspeaker: &Loudspeaker| {
        let alike = match loudspeaker {
            LeftSurround => LeftRear,
            RightSurround => RightRear,
            other => *other,
        };
        MASK_BITS.iter().position(|it| *it == alike)
    };
    let bits: Vec<usize> = loudspeakers.iter().map(bit_of).collect::<Option<_>>()?;
    bits.is_sorted_by(|a, b| a < b)
        .then(|| bits.iter().fold(0, |mask, bit| mask | 1 << bit))
}

/// The only pair of surrounds is called Ls and Rs, whether the mask has it at the sides or behind.
fn with_plain_surrounds(mut all: Vec<Loudspeaker>) -> Vec<Loudspeaker> {
    if all.contains(&LeftSide) == all.contains(&LeftRear) {
        return all;
    }
    for loudspeaker in &mut all {
        *loudspeaker = match *loudspeaker {
            LeftSide | LeftRear => LeftSurround,
            RightSide | RightRear => RightSurround,
            other => other,
        };
    }
    all
}

/// The loudspeaker of a common definition of the ADM, by the number in `AC_0001xxxx`.
pub fn of_common_definition(number: u16) -> Option<Loudspeaker> {
    Some(match number {
        0x01 => Left,
        0x02 => Right,
        0x03 => Centre,
        0x04 | 0x20 | 0x21 => Lfe,
        0x05 => LeftSurround,
        0x06 => RightSurround,
        0x07 => LeftCentre,
        0x08 => RightCentre,
        0x09 => CentreSurround,
        0x0A => LeftSide,
        0x0B => RightSide,
        0x0C => TopCentre,
        0x0D | 0x22 => TopFrontLeft,
        0x0E => TopFrontCentre,
        0x0F | 0x23 => TopFrontRight,
        0x10 | 0x1E => TopBackLeft,
        0x11 => TopBackCentre,
        0x12 | 0x1F => TopBackRight,
        0x13 => TopSideLeft,
        0x14 => TopSideRight,
        0x18 => LeftWide,
        0x19 => RightWide,
        0x1A | 0x1C => LeftRear,
        0x1B | 0x1D => RightRear,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_name_their_loudspeakers_and_the_lfe_wherever_it_is() {
        let text = |mask: u32| names(&of_mask(mask, mask.count_ones() as usize).unwrap());
        assert_eq!(text(0x00B), "L R LFE");
        assert_eq!(text(0x00F), "L R C LFE");
        assert_eq!(text(0x033), "L R Ls Rs");
        assert_eq!(text(0x03B), "L R LFE Ls Rs");
        assert_eq!(text(0x707), "L R C Cs Ls Rs");
        assert_eq!(text(0x70F), "L R C LFE Cs Ls Rs");
        assert_eq!(text(0x60F), "L R C LFE Ls Rs");
        assert_eq!(text(0x63F), "L R C LFE Lsr Rsr Lss Rss");
        assert_eq!(text(0x2D63F), "L R C LFE Lsr Rsr Lss Rss Ltf Rtf Ltr Rtr");
        assert_eq!(of_mask(0, 6), None);
        assert_eq!(of_mask(0x3F, 5), None);
    }

    #[test]
    fn layouts_are_read_by_name_and_by_list() {
        let read = |text| parse_layout(text).map(|all| names(&all));
        assert_eq!(read("5.1-film").unwrap(), "L C R Ls Rs LFE");
        assert_eq!(read("l,c,r,LS,rs,Lfe").unwrap(), "L C R Ls Rs LFE");
        assert_eq!(read("7.1.4").unwrap().split(' ').count(), 12);
        for text in ["", "5.1.9", "L,X", ","] {
            assert!(read(text).unwrap_err().contains("5.1-film"), "{text}");
        }
    }

    #[test]
    fn a_mask_is_written_only_for_loudspeakers_in_its_order() {
        assert_eq!(mask_of(&parse_layout("5.1").unwrap()), Some(0x3F));
        assert_eq!(mask_of(&parse_layout("6.1").unwrap()), None);
        assert_eq!(mask_of(&parse_layout("5.1-film").unwrap()), None);
        assert_eq!(mask_of(&parse_layout("7.1").unwrap()), Some(0x63F));
    }

    #[test]
    fn no_name_stands_for_two_loudspeakers() {
        let mut seen = std::collections::BTreeSet::new();
        for name in NAMES.iter().flat_map(|(_, names)| *names) {
            assert!(seen.insert(name.to_lowercase()), "{name}");
        }
    }
}
