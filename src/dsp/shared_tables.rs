//! Tables that are made once and shared by all instances, so that they lie once in a processor's cache.

use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Tables of one kind, one for each key that is in use.
pub struct SharedTables<K, T>(Mutex<Vec<(K, Weak<T>)>>);

impl<K: PartialEq, T> SharedTables<K, T> {
    /// None yet.
    pub const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The tables of `key`; made by `make` unless somebody has them. Allocates and locks: for construction only.
    pub fn of(&self, key: K, make: impl FnOnce() -> T) -> Arc<T> {
        // What another thread left in the midst of a call are whole tables only.
        let mut in_use = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = in_use.iter().find(|(made_for, _)| *made_for == key);
        if let Some(tables) = known.and_then(|(_, tables)| tables.upgrade()) {
            return tables;
        }
        in_use.retain(|(_, tables)| tables.strong_count() > 0);
        let tables = Arc::new(make());
        in_use.push((key, Arc::downgrade(&tables)));
        tables
    }
}

impl<K: PartialEq, T> Default for SharedTables<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_made_once_for_each_key_while_somebody_has_them() {
        static TABLES: SharedTables<usize, Vec<f32>> = SharedTables::new();
        let first = TABLES.of(2, || vec![1.0; 2]);
        let other = TABLES.of(3, || vec![1.0; 3]);
        let again = TABLES.of(2, || unreachable!("they are there"));
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!((first.len(), other.len()), (2, 3));
        drop((first, again));
        assert_eq!(TABLES.of(2, Vec::new).len(), 0);
    }
}
