//! A change from one source to another without a click: a smooth line of fixed length.

/// Which of several sources is on, and how far a change between two of them has got.
///
/// A change that is wanted while another is under way begins when that one has ended, so the two
/// shares always add up to 1.
#[derive(Debug, Clone, Copy)]
pub struct Crossfade<T> {
    from: T,
    to: T,
    fade_samples: u32,
    samples_left: u32,
}

impl<T: Copy + PartialEq> Crossfade<T> {
    /// Starts with `source` on; changes take `fade_samples`, at least 1.
    pub fn new(source: T, fade_samples: u32) -> Self {
        Self {
            from: source,
            to: source,
            fade_samples: fade_samples.max(1),
            samples_left: 0,
        }
    }

    /// Switches to `source` at once.
    pub fn jump(&mut self, source: T) {
        (self.from, self.to) = (source, source);
        self.samples_left = 0;
    }

    /// Whether `source` alone is on and wanted.
    pub fn is_settled_on(&self, source: T) -> bool {
        self.samples_left == 0 && self.to == source
    }

    /// Moves on by one sample towards `wanted`. Returns the source that goes, the one that comes, and
    /// the share of the latter, above 0 to 1. At 1 the former no longer counts.
    pub fn advance(&mut self, wanted: T) -> (T, T, f32) {
        if self.samples_left == 0 {
            (self.from, self.to) = (self.to, wanted);
            if self.from == self.to {
                return (self.from, self.to, 1.0);
            }
            self.samples_left = self.fade_samples;
        }
        self.samples_left -= 1;
        let way = 1.0 - self.samples_left as f32 / self.fade_samples as f32;
        (self.from, self.to, smooth(way))
    }
}

/// From 0 to 1 with neither slope nor bend at the ends (K. Perlin, "Improving noise", ACM Trans.
/// Graph. 21, 2002). A straight line has a corner at each end, which on a pure tone is a click.
fn smooth(way: f32) -> f32 {
    (way * way * way * (way * (6.0 * way - 15.0) + 10.0)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_takes_its_time_and_the_next_one_waits() {
        let mut fade = Crossfade::new('a', 4);
        let mut expect = |wanted, from, to, share: f32| {
            let (is_from, is_to, is_share) = fade.advance(wanted);
            assert_eq!((is_from, is_to), (from, to));
            assert!((is_share - share).abs() < 1e-6, "{is_share} for {share}");
        };
        expect('a', 'a', 'a', 1.0);
        expect('b', 'a', 'b', 0.103_515_6);
        expect('c', 'a', 'b', 0.5);
        expect('c', 'a', 'b', 0.896_484_4);
        expect('c', 'a', 'b', 1.0);
        expect('c', 'b', 'c', 0.103_515_6);
        for _ in 0..3 {
            fade.advance('c');
        }
        assert!(fade.is_settled_on('c'));
        fade.jump('a');
        assert!(fade.is_settled_on('a'));
    }
}
