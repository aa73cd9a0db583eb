//! Permanent numbers of persons and units (docs/directory.md, "Numbers").
//!
//! A number belongs to one human or one unit for ever; names, posts and units are attributes that change.
//! "Distinct persons" is always judged by number.

use std::fmt;
use std::str::FromStr;

/// The largest number: nine decimal digits.
pub const NUMBER_MAX: u32 = 999_999_999;

/// A person's permanent number, written `p123`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonNo(u32);

/// A unit's permanent number, written `u12`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitNo(u32);

/// Who holds a copy: a person, or a unit through its clerks. Persons sort before units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// One person.
    Person(PersonNo),
    /// Whoever is a clerk of the unit at the time.
    Unit(UnitNo),
}

/// Why a text is not a number of a person or unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// Not `p` and a number.
    #[error("a person's number is written p1 to p999999999, without leading zeros")]
    Person,
    /// Not `u` and a number.
    #[error("a unit's number is written u1 to u999999999, without leading zeros")]
    Unit,
    /// Neither form.
    #[error("a holder is a person's number such as p12 or a unit's such as u3")]
    Holder,
}

macro_rules! number {
    ($name:ident, $letter:literal, $error:expr) => {
        impl $name {
            /// The number `value`, from 1 to [`NUMBER_MAX`].
            pub const fn new(value: u32) -> Result<Self, NumberError> {
                if value == 0 || value > NUMBER_MAX { Err($error) } else { Ok(Self(value)) }
            }

            /// The bare number.
            pub const fn value(self) -> u32 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $letter, self.0)
            }
        }

        impl FromStr for $name {
            type Err = NumberError;

            fn from_str(text: &str) -> Result<Self, NumberError> {
                let digits = text.strip_prefix($letter).ok_or($error)?;
                parse_canonical(digits).map(Self).ok_or($error)
            }
        }

        text_forms!($name);
    };
}

/// Debug and serde forms equal to the text form.
macro_rules! text_forms {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::digest::deserialize_text(deserializer)
            }
        }
    };
}
pub(crate) use text_forms;

number!(PersonNo, 'p', NumberError::Person);
number!(UnitNo, 'u', NumberError::Unit);
text_forms!(Holder);

impl Holder {
    /// The person, if the holder is one.
    pub const fn person(self) -> Option<PersonNo> {
        match self {
            Self::Person(person) => Some(person),
            Self::Unit(_) => None,
        }
    }

    /// The unit, if the holder is one.
    pub const fn unit(self) -> Option<UnitNo> {
        match self {
            Self::Person(_) => None,
            Self::Unit(unit) => Some(unit),
        }
    }
}

impl From<PersonNo> for Holder {
    fn from(person: PersonNo) -> Self {
        Self::Person(person)
    }
}

impl From<UnitNo> for Holder {
    fn from(unit: UnitNo) -> Self {
        Self::Unit(unit)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => person.fmt(f),
            Self::Unit(unit) => unit.fmt(f),
        }
    }
}

impl FromStr for Holder {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        match text.as_bytes().first() {
            Some(b'p') => text.parse().map(Self::Person),
            Some(b'u') => text.parse().map(Self::Unit),
            _ => Err(NumberError::Holder),
        }
    }
}

/// Digits only, no leading zero, at most nine of them.
fn parse_canonical(digits: &str) -> Option<u32> {
    let fits = (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !fits || digits.starts_with('0') {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn one_text_form_only() {
        assert_eq!("p1".parse(), PersonNo::new(1));
        assert_eq!("u999999999".parse(), UnitNo::new(NUMBER_MAX));
        for bad in
            ["", "p", "p0", "p01", "p+1", "p-1", "p1 ", " p1", "P1", "p1000000000", "u1", "p１", "p1.0"]
        {
            assert_eq!(bad.parse::<PersonNo>(), Err(NumberError::Person), "{bad}");
        }
        assert_eq!("x1".parse::<Holder>(), Err(NumberError::Holder));
        assert_eq!(PersonNo::new(0), Err(NumberError::Person));
        assert_eq!(UnitNo::new(NUMBER_MAX + 1), Err(NumberError::Unit));
    }

    #[test]
    fn holders_sort_persons_first() {
        let mut holders: Vec<Holder> = ["u1", "p10", "p9", "u10"].map(|text| text.parse().unwrap()).to_vec();
        holders.sort();
        assert_eq!(format!("{holders:?}"), "[p9, p10, u1, u10]");
    }
}
