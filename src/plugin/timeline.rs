//! Where on the host's timeline a block lies.

/// Turns what hosts report into the positions that the engine must be told.
#[derive(Debug, Default)]
pub struct Timeline {
    last_reported_samples: Option<i64>,
}

impl Timeline {
    /// The position to pass on, if the host reports a new one for this block. While the host is
    /// stopped its position says nothing about the audio, and the engine counts on.
    ///
    /// A position reported twice in a row is not news: nice-plug 0.4.2 repeats the first one for
    /// every part of a block that automation splits, if a CLAP host names no tempo.
    pub fn update(&mut self, is_playing: bool, reported_samples: Option<i64>) -> Option<i64> {
        let reported_samples = reported_samples.filter(|_| is_playing);
        let is_news = reported_samples != self.last_reported_samples;
        self.last_reported_samples = reported_samples;
        reported_samples.filter(|_| is_news)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_new_positions_of_a_playing_host_are_passed_on() {
        let mut timeline = Timeline::default();
        assert_eq!(timeline.update(false, Some(0)), None, "stopped");
        assert_eq!(timeline.update(true, None), None, "no position");
        assert_eq!(timeline.update(true, Some(480)), Some(480));
        assert_eq!(timeline.update(true, Some(480)), None, "repeated");
        assert_eq!(timeline.update(true, Some(960)), Some(960));
        assert_eq!(timeline.update(true, Some(480)), Some(480), "jumped back");
        assert_eq!(timeline.update(false, Some(480)), None);
        assert_eq!(timeline.update(true, Some(480)), Some(480), "started again");
    }
}
