//! What a test may do with a plugin, whatever its format.

/// One bus of a process call.
#[derive(Clone, Default)]
pub struct Bus {
    /// One pointer a channel, any of which may be null.
    pub channels: Vec<*mut f32>,
    /// Whether the array of channel pointers is null, while the number of channels stays.
    pub is_array_null: bool,
}

impl Bus {
    pub fn of(channels: &mut [Vec<f32>]) -> Self {
        Self {
            channels: channels.iter_mut().map(|x| x.as_mut_ptr()).collect(),
            is_array_null: false,
        }
    }

    /// Pointer to the array of channel pointers.
    pub fn array(&mut self) -> *mut *mut f32 {
        match self.is_array_null {
            true => std::ptr::null_mut(),
            false => self.channels.as_mut_ptr(),
        }
    }
}

/// A parameter change within a block; the value is normalized.
#[derive(Clone, Copy)]
pub struct Change {
    pub id: u32,
    pub time_samples: i32,
    pub value: f64,
}

/// One process call. Without any bus the array of buses is null.
#[derive(Default)]
pub struct Call {
    pub inputs: Vec<Bus>,
    pub outputs: Vec<Bus>,
    pub num_samples: usize,
    pub changes: Vec<Change>,
    /// Where the playing host is on its timeline.
    pub position_samples: Option<i64>,
    pub is_offline: bool,
}

/// Loudspeakers by the numbers of their bits in VST3's masks.
pub type Speakers = &'static [u8];

pub const MONO: Speakers = &[19];
pub const STEREO: Speakers = &[0, 1];
/// A bus that is switched off.
pub const OFF: Speakers = &[];
pub const FIVE_ONE: Speakers = &[0, 1, 2, 3, 4, 5];
pub const SEVEN_ONE: Speakers = &[0, 1, 2, 3, 4, 5, 9, 10];
pub const SEVEN_ONE_CINE: Speakers = &[0, 1, 2, 3, 4, 5, 6, 7];
pub const SEVEN_ONE_FOUR: Speakers = &[0, 1, 2, 3, 4, 5, 9, 10, 12, 14, 15, 17];

/// A plugin instance as a host has it.
pub trait Instance: Sized {
    /// Whether a value of a parameter that has names for its values is the place among them, instead of 0 to 1.
    const VALUES_ARE_PLACES: bool;
    fn new() -> Self;
    /// Asks for buses; `false` if they are refused.
    fn set_buses(&mut self, music: Speakers, dialogue: Speakers) -> bool;
    /// Loudspeakers of the music's input and output and of the dialogue, as the plugin says them.
    fn buses(&self) -> [Vec<u8>; 3];
    fn activate(&mut self, sample_rate_hz: f64, max_block_samples: u32) -> bool;
    fn deactivate(&mut self);
    /// Forgets the past; while active.
    fn reset(&mut self);
    /// Whether the call succeeded.
    fn process(&mut self, call: &mut Call) -> bool;
    /// Normalized value of a parameter.
    fn param(&self, id: u32) -> f64;
    fn save(&self) -> Vec<u8>;
    fn load(&self, state: &[u8]) -> bool;
    /// A call that only hands on parameter changes.
    fn flush(&mut self, changes: Vec<Change>);
}

/// A parameter's number in both formats: the framework's hash of its id.
pub fn param_id(id: &str) -> u32 {
    let hash = id.bytes().fold(0_u32, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    hash & !(1 << 31)
}

/// An active instance that ducks, at 48 kHz.
pub fn ducking<I: Instance>(music: Speakers, dialogue: Speakers, max_block_samples: u32) -> I {
    let mut instance = I::new();
    assert!(
        instance.set_buses(music, dialogue),
        "{music:?} {dialogue:?}"
    );
    set(&mut instance, "mode", 1.0);
    assert!(instance.activate(48_000.0, max_block_samples));
    instance
}

/// Sets a parameter to a normalized value.
pub fn set<I: Instance>(instance: &mut I, id: &str, value: f64) {
    instance.flush(vec![Change {
        id: param_id(id),
        time_samples: 0,
        value,
    }]);
}

/// Makes a test of both formats from a function that is generic in the format.
macro_rules! in_both_formats {
    ($($(#[$attribute:meta])* $name:ident)*) => {
        mod vst3 {
            $($(#[$attribute])* #[test]
            fn $name() {
                super::$name::<crate::vst3_instance::Vst3>();
            })*
        }
        mod clap {
            $($(#[$attribute])* #[test]
            fn $name() {
                super::$name::<crate::clap_instance::Clap>();
            })*
        }
    };
}
pub(crate) use in_both_formats;
