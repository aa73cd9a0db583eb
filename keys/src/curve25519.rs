//! What both uses of Curve25519 ask of raw bytes before any arithmetic.

/// Whether little-endian `bytes` are below 2^255 - 19: larger values are taken by X25519 (RFC 7748, section 5) and by
/// lenient Ed25519 readers, and then one point would have two encodings, hence two ids.
pub(crate) const fn is_reduced(bytes: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = bytes;
    if *high != 0x7f {
        return *high < 0x7f;
    }
    let mut at = 0;
    while at < middle.len() {
        if middle[at] != 0xff {
            return true;
        }
        at += 1;
    }
    *low < 0xed
}

/// Whether reduced `bytes` are the u-coordinate of a point whose order divides 8, on the curve or its twist: with any
/// secret it gives the all-zero shared secret (RFC 7748, section 6.1). These five are all there are.
pub(crate) fn is_low_order(bytes: &[u8; 32]) -> bool {
    LOW_ORDER.contains(bytes)
}

const LOW_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    small(1),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    // p - 1
    {
        let mut bytes = [0xff; 32];
        bytes[0] = 0xec;
        bytes[31] = 0x7f;
        bytes
    },
];

const fn small(value: u8) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[0] = value;
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use x25519_dalek::{PublicKey, StaticSecret};

    use super::{LOW_ORDER, is_low_order, is_reduced};

    /// A clamped scalar is a multiple of the cofactor, so any of them sends exactly the points of low order to zero.
    fn vanishes(bytes: [u8; 32]) -> bool {
        !StaticSecret::from([0x55; 32]).diffie_hellman(&PublicKey::from(bytes)).was_contributory()
    }

    #[test]
    fn the_points_of_low_order_are_those_that_vanish() {
        for bytes in LOW_ORDER {
            assert!(vanishes(bytes) && is_low_order(&bytes) && is_reduced(&bytes));
        }
        for value in 0..=255_u8 {
            let mut near_zero = [0; 32];
            near_zero[0] = value;
            let mut near_p = [0xff; 32];
            (near_p[0], near_p[31]) = (value, 0x7f);
            for bytes in [near_zero, near_p] {
                assert_eq!(is_reduced(&bytes) && vanishes(bytes), is_low_order(&bytes), "{bytes:x?}");
            }
        }
    }

    proptest! {
        #[test]
        fn others_do_not_vanish(bytes: [u8; 32]) {
            if is_reduced(&bytes) {
                prop_assert_eq!(vanishes(bytes), is_low_order(&bytes));
            }
        }

        #[test]
        fn reduced_values_are_below_p(bytes: [u8; 32], low: u8) {
            let by_number = |bytes: &[u8; 32]| {
                let mut big_endian = *bytes;
                big_endian.reverse();
                let mut p = [0xff; 32];
                (p[0], p[31]) = (0x7f, 0xed);
                big_endian < p
            };
            prop_assert_eq!(is_reduced(&bytes), by_number(&bytes));
            let mut top = [0xff; 32];
            (top[0], top[31]) = (low, 0x7f);
            prop_assert_eq!(is_reduced(&top), by_number(&top));
        }
    }
}
