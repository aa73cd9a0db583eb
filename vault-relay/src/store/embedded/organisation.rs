//! Versions of the organisation: each entry is stored once and knows from which directory to which it stood.

use rusqlite::params;
use vault_keys::digest::DirectoryHash;
use vault_keys::numbers::{Holder, PersonNo, UnitNo};

use super::super::{OrganisationTexts, StoreError};
use super::Session;

impl Session<'_> {
    /// The version of this directory, with what stands beside the newest one.
    pub(super) fn load_newest(&self, number: u32) -> Result<Option<OrganisationTexts>, StoreError> {
        let Some(texts) = self.load_organisation(number)? else { return Ok(None) };
        let stops =
            self.all("stop list", "SELECT note FROM stop_list ORDER BY number", [], |row| row.get(0))?;
        let fresh = self.one("freshness note", "SELECT note FROM fresh", [], |row| row.get(0))?;
        Ok(Some(OrganisationTexts { stops, fresh, ..texts }))
    }

    pub(super) fn load_organisation(&self, number: u32) -> Result<Option<OrganisationTexts>, StoreError> {
        let sql = "SELECT hash, roots, policy, directory FROM organisation WHERE number = ?1";
        let found = self.one("organisation", sql, [number], |row| {
            Ok((row.get(0)?, row.get::<_, u32>(1)?, row.get(2)?, row.get(3)?))
        })?;
        let Some((hash, roots, policy, directory)) = found else { return Ok(None) };
        let sql = "SELECT note FROM root WHERE number <= ?1 ORDER BY number";
        let roots = self.all("root", sql, [roots], |row| row.get(0))?;
        Ok(Some(OrganisationTexts {
            number,
            hash: DirectoryHash::from_bytes(hash),
            roots,
            policy,
            earlier: self.heads_before(number)?,
            directory,
            entries: self.entries_at(number)?,
            stops: Vec::new(),
            fresh: None,
        }))
    }

    /// Heads before this number, back to the first gap, oldest first.
    fn heads_before(&self, number: u32) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT number, note FROM directory_head WHERE number < ?1 ORDER BY number DESC";
        let heads: Vec<(u32, Vec<u8>)> =
            self.all("directory", sql, [number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let expected = (0..number).rev();
        let joined = heads.into_iter().zip(expected).take_while(|((found, _), expected)| found == expected);
        let mut joined: Vec<Vec<u8>> = joined.map(|((_, note), _)| note).collect();
        joined.reverse();
        Ok(joined)
    }

    fn entries_at(&self, number: u32) -> Result<Vec<(Holder, Vec<u8>)>, StoreError> {
        let sql = "SELECT unit, no, text FROM directory_entry \
                   WHERE since <= ?1 AND (until IS NULL OR until > ?1) ORDER BY unit, no";
        let stored: Vec<(bool, u32, Vec<u8>)> =
            self.all("directory entry", sql, [number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let damaged = |_| StoreError::Damaged { what: "directory entry" };
        let holder = |unit, no| {
            if unit { UnitNo::new(no).map(Holder::from) } else { PersonNo::new(no).map(Holder::from) }
        };
        stored.into_iter().map(|(unit, no, text)| Ok((holder(unit, no).map_err(damaged)?, text))).collect()
    }

    pub(super) fn save_organisation(&self, organisation: &OrganisationTexts) -> Result<(), StoreError> {
        let number = organisation.number;
        let damaged = || StoreError::Damaged { what: "organisation" };
        let newest: Option<u32> =
            self.one("organisation", "SELECT max(number) FROM organisation", [], |row| row.get(0))?.flatten();
        // Whoever installs has checked the order; entries could not be told apart otherwise.
        if newest.is_some_and(|newest| newest >= number) {
            return Err(damaged());
        }
        for (place, root) in (1_u32..).zip(&organisation.roots) {
            // A root that is known stays as it was first installed.
            let sql = "INSERT INTO main.root (number, note) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            self.run("root", sql, params![place, root])?;
        }
        let roots = u32::try_from(organisation.roots.len()).map_err(|_| damaged())?;
        self.run(
            "organisation",
            "INSERT INTO main.organisation (number, hash, roots, policy, directory) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![number, organisation.hash.as_bytes(), roots, organisation.policy, organisation.directory],
        )?;
        let earlier = u32::try_from(organisation.earlier.len()).map_err(|_| damaged())?;
        let first = number.checked_sub(earlier).ok_or_else(damaged)?;
        let heads = organisation.earlier.iter().chain([&organisation.directory]);
        for (place, head) in (first..=number).zip(heads) {
            let sql = "INSERT INTO main.directory_head (number, note) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            self.run("directory", sql, params![place, head])?;
        }
        self.save_entries(number, &organisation.entries)
    }

    /// Ends the entries that changed or went, and adds the new ones.
    fn save_entries(&self, number: u32, entries: &[(Holder, Vec<u8>)]) -> Result<(), StoreError> {
        let standing: Vec<(bool, u32, Vec<u8>)> = self.all(
            "directory entry",
            "SELECT unit, no, text FROM directory_entry WHERE until IS NULL ORDER BY unit, no",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let mut standing: std::collections::BTreeMap<(bool, u32), Vec<u8>> =
            standing.into_iter().map(|(unit, no, text)| ((unit, no), text)).collect();
        for (holder, text) in entries {
            let (unit, no) = key(*holder);
            match standing.remove(&(unit, no)) {
                Some(known) if known == *text => continue,
                Some(_) => self.end_entry(unit, no, number)?,
                None => {}
            }
            let sql = "INSERT INTO main.directory_entry (unit, no, since, text) VALUES (?1, ?2, ?3, ?4)";
            self.run("directory entry", sql, params![unit, no, number, text])?;
        }
        standing.into_keys().try_for_each(|(unit, no)| self.end_entry(unit, no, number))
    }

    fn end_entry(&self, unit: bool, no: u32, number: u32) -> Result<(), StoreError> {
        let sql = "UPDATE main.directory_entry SET until = ?3 WHERE unit = ?1 AND no = ?2 AND until IS NULL";
        self.run("directory entry", sql, params![unit, no, number]).map(drop)
    }
}

fn key(holder: Holder) -> (bool, u32) {
    match holder {
        Holder::Person(person) => (false, person.value()),
        Holder::Unit(unit) => (true, unit.value()),
    }
}
