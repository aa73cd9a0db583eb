//! Which characters no signed text may contain (docs/notes.md, "Forbidden characters").
//!
//! The list is fixed here, not taken from a Unicode library, so that a text accepted today is accepted for
//! ever: control characters, bidirectional marks, and everything that shows as nothing.

/// Whether a signed text must not contain this character.
pub const fn is_banned(character: char) -> bool {
    matches!(
        character,
        // Control characters, DEL and the C1 block.
        '\u{0000}'..='\u{001F}' | '\u{007F}'..='\u{009F}'
        // Soft hyphen, combining grapheme joiner, Arabic letter mark.
        | '\u{00AD}' | '\u{034F}' | '\u{061C}'
        // Hangul and Khmer fillers, Mongolian variation selectors and vowel separator.
        | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        // Zero-width space, joiners, direction marks.
        | '\u{200B}'..='\u{200F}'
        // Line and paragraph separator, direction embeddings and overrides.
        | '\u{2028}'..='\u{202E}'
        // Word joiner, invisible operators, direction isolates, deprecated format characters.
        | '\u{2060}'..='\u{206F}'
        // Hangul fillers, variation selectors, byte-order mark, interlinear annotation.
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        // Shorthand and musical format controls, tags and further variation selectors.
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Whether a character shows as nothing, or as a space of another width than the plain one (docs/directory.md,
/// "Names"). In running text such spaces are at home; in a name they make two that look the same.
pub const fn is_odd_blank(character: char) -> bool {
    is_wide_or_narrow_space(character)
        // Braille blank, null notehead, Egyptian blanks.
        || matches!(character, '\u{2800}' | '\u{1D159}' | '\u{13441}'..='\u{13442}')
}

/// Whether a character is a space of another width than the plain one, or one that keeps a line together.
pub const fn is_wide_or_narrow_space(character: char) -> bool {
    matches!(
        character,
        '\u{00A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}
