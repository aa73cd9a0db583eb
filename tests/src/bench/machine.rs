//! What a figure was measured on: without it no figure means anything.

use std::fs;

use super::measure::Line;

/// Processor, cores, memory, system.
pub(super) fn describe() -> String {
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let system = Line::new("uname").with(["-srm"]).output().unwrap_or_default();
    format!("{cpu}, {cores} cores, {} GiB, {}", memory_kib() >> 20, system.trim())
}

/// Memory in KiB, or 0 where the system does not say.
pub(super) fn memory_kib() -> u64 {
    let memory = field("/proc/meminfo", "MemTotal");
    memory.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// How busy the machine is with other things: a run on a busy machine says little.
pub(super) fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split_whitespace().next().map(str::to_owned))
        .unwrap_or_default()
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
