//! Vectors that a cascade of bells works on: four channels, or eight.

use std::fmt::Debug;
use std::ops::{Add, Mul, Sub};

use wide::f32x4;

/// One value for each of some channels.
pub trait Vector:
    Copy + Debug + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self>
{
    /// Channels that it holds.
    const WIDTH: usize;

    /// The same value for all.
    fn splat(value: f32) -> Self;

    /// The values.
    fn values_mut(&mut self) -> &mut [f32];
}

impl Vector for f32x4 {
    const WIDTH: usize = 4;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self::splat(value)
    }

    #[inline(always)]
    fn values_mut(&mut self) -> &mut [f32] {
        self.as_mut_array()
    }
}

/// Eight values, in one vector where the processor has such, else in two. (Those of `wide` are as wide as the
/// compiler knows of every processor; four of these would not become vectors in all places.)
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Eight(pub [f32; 8]);

impl Eight {
    #[inline(always)]
    fn with(mut self, other: Self, operation: impl Fn(f32, f32) -> f32) -> Self {
        for (value, other) in self.0.iter_mut().zip(other.0) {
            *value = operation(*value, other);
        }
        self
    }
}

impl Add for Eight {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.with(other, |a, b| a + b)
    }
}

impl Sub for Eight {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.with(other, |a, b| a - b)
    }
}

impl Mul for Eight {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.with(other, |a, b| a * b)
    }
}

impl Vector for Eight {
    const WIDTH: usize = 8;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 8])
    }

    #[inline(always)]
    fn values_mut(&mut self) -> &mut [f32] {
        &mut self.0
    }
}
