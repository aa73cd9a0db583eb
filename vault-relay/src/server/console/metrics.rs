//! The same numbers as Prometheus reads them (text format 0.0.4).

use super::status::Status;

/// One family after the other, each with its help and type.
pub(super) fn text(status: &Status) -> String {
    let seconds = |time: vault_keys::time::Time| u64::try_from(time.unix()).unwrap_or_default();
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let totals = &status.totals;
    let families = [
        ("start_time_seconds", "gauge", "When the relay was started.", seconds(status.started)),
        (
            "directory_number",
            "gauge",
            "The directory in force, 0 for none.",
            status.directory.unwrap_or(0).into(),
        ),
        ("leaves", "gauge", "Leaves in storage.", totals.leaves),
        ("leaves_published", "gauge", "Leaves under the last checkpoint.", status.published),
        ("checkpoint_time_seconds", "gauge", "When that was signed.", seconds(status.checkpoint)),
        ("connections", "gauge", "Connections of stations.", count(status.connections)),
        ("watches", "gauge", "Watches kept open.", count(status.watches)),
        ("fetches", "gauge", "Downloads under way.", count(status.fetches)),
        ("items", "gauge", "Items ever accepted.", totals.items),
        ("items_proposed", "gauge", "Items that wait for decision.", totals.proposed),
        ("copies_waiting", "gauge", "Copies that nobody has received yet.", totals.waiting),
        ("payloads", "gauge", "Items whose content is kept.", totals.payloads),
        ("payload_bytes", "gauge", "Bytes of content kept.", totals.payload_bytes),
        ("uploads", "gauge", "Uploads that are not committed.", totals.uploads),
        ("removals", "gauge", "Uploads whose parts are still to be removed.", totals.removals),
        ("damaged_parts", "gauge", "Parts found damaged.", totals.damaged),
        ("disk_free_bytes", "gauge", "Bytes free for the data folder.", status.free_bytes),
        ("received_bytes_total", "counter", "Payload bytes that came.", status.bytes_in),
        ("sent_bytes_total", "counter", "Payload bytes that went.", status.bytes_out),
    ];
    let family = |(name, kind, help, value): (&str, &str, &str, u64)| {
        format!("{}vault_relay_{name} {value}\n", head(name, kind, help))
    };
    let requests = status.requests.iter().map(|(verb, outcome, count)| {
        format!("vault_relay_requests_total{{verb=\"{verb}\",outcome=\"{outcome}\"}} {count}\n")
    });
    let mut out: String = families.into_iter().map(family).collect();
    out.push_str(&head("requests_total", "counter", "Requests by verb and outcome."));
    out.extend(requests);
    out
}

fn head(name: &str, kind: &str, help: &str) -> String {
    format!("# HELP vault_relay_{name} {help}\n# TYPE vault_relay_{name} {kind}\n")
}
