//! Whole things handed to the audio thread, and what they replace handed back, so that it frees nothing.

use rtrb::{Consumer, Producer, RingBuffer};

/// Things that may wait for the audio thread.
const CAPACITY: usize = 4;

/// The end that makes things and drops them.
#[derive(Debug)]
pub struct Giver<T> {
    given: Producer<Box<T>>,
    back: Consumer<Box<T>>,
}

/// The audio thread's end.
#[derive(Debug)]
pub struct Taker<T> {
    given: Consumer<Box<T>>,
    back: Producer<Box<T>>,
}

/// A way to the audio thread and back.
pub fn hand_over_channel<T>() -> (Giver<T>, Taker<T>) {
    let (given, to_take) = RingBuffer::new(CAPACITY);
    // One more than can be given before any is taken back: the one in use.
    let (to_return, back) = RingBuffer::new(CAPACITY + 1);
    let giver = Giver { given, back };
    let taker = Taker {
        given: to_take,
        back: to_return,
    };
    (giver, taker)
}

impl<T> Giver<T> {
    /// Drops what has come back, and gives `thing`. `false` if too much waits already: then it is to be tried again
    /// later.
    pub fn give(&mut self, thing: T) -> bool {
        self.collect();
        self.given.push(Box::new(thing)).is_ok()
    }

    /// Drops what has come back.
    pub fn collect(&mut self) {
        while self.back.pop().is_ok() {}
    }
}

impl<T> Taker<T> {
    /// Has `swap` take what was given, in order, and hands back what it gives for it. What there is no room for to
    /// hand back waits. Never allocates, frees or locks.
    pub fn take(&mut self, mut swap: impl FnMut(Box<T>) -> Option<Box<T>>) {
        while !self.back.is_full() {
            let Ok(thing) = self.given.pop() else { return };
            if let Some(former) = swap(thing) {
                // There is room, and this is the only end that fills it.
                let _ = self.back.push(former);
            }
        }
    }

    /// Drops what was given. Not on the audio thread.
    pub fn discard(&mut self) {
        while self.given.pop().is_ok() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_kept_and_all_others_come_back() {
        let (mut giver, mut taker) = hand_over_channel();
        let mut kept = None;
        for number in 0..CAPACITY {
            assert!(giver.give(number));
        }
        assert!(!giver.give(99), "no room");
        taker.take(|thing| kept.replace(thing));
        assert_eq!(kept.as_deref(), Some(&3));
        assert_eq!(giver.back.slots(), 3);
        for number in 10..10 + CAPACITY {
            assert!(giver.give(number));
        }
        taker.take(|thing| kept.replace(thing));
        assert_eq!(kept.as_deref(), Some(&13));
        giver.collect();
        assert_eq!(giver.back.slots(), 0);
    }
}
