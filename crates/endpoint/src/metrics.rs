//! Figures for `/metrics`, in the text form of Prometheus. They count; they name nobody.

use std::collections::BTreeMap;
#[cfg(feature = "program")]
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use qianban_protocol::Fate;

/// Upper ends of the classes of duration, in milliseconds.
const CLASSES_MS: [u64; 10] = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000];

/// One address with one status.
#[derive(Default)]
struct Requests {
    count: u64,
    sum_us: u128,
    classes: [u64; CLASSES_MS.len()],
}

/// All figures of an instance since it started.
#[derive(Default)]
pub(crate) struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), Requests>>,
    stored: AtomicU64,
    duplicate: AtomicU64,
    pending: AtomicU64,
    rejected: AtomicU64,
    pub(crate) connections: Arc<AtomicU64>,
}

impl Metrics {
    /// A request to an address of the table, by its pattern, with what came of it.
    pub(crate) fn request(&self, pattern: &str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let of = requests.entry((pattern.to_owned(), status)).or_default();
        of.count += 1;
        of.sum_us += took.as_micros();
        for (class, end_ms) in of.classes.iter_mut().zip(CLASSES_MS) {
            *class += u64::from(took <= Duration::from_millis(end_ms));
        }
    }

    /// What became of events.
    pub(crate) fn events(&self, fates: &[Fate]) {
        for fate in fates {
            let counter = match fate {
                Fate::Stored => &self.stored,
                Fate::Duplicate => &self.duplicate,
                Fate::Pending(_) => &self.pending,
                Fate::Rejected(_) => &self.rejected,
            };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The text.
    #[cfg(feature = "program")]
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("# TYPE qianban_events_total counter\n");
        let fates = [
            ("stored", &self.stored),
            ("duplicate", &self.duplicate),
            ("pending", &self.pending),
            ("rejected", &self.rejected),
        ];
        for (fate, counter) in fates {
            let _ =
                writeln!(text, "qianban_events_total{{fate=\"{fate}\"}} {}", counter.load(Ordering::Relaxed));
        }
        let connections = self.connections.load(Ordering::Relaxed);
        let _ = writeln!(text, "# TYPE qianban_connections gauge\nqianban_connections {connections}");
        let _ = writeln!(text, "# TYPE qianban_request_seconds histogram");
        for ((pattern, status), of) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
            let labels = format!("path=\"{pattern}\",status=\"{status}\"");
            for (class, end_ms) in of.classes.iter().zip(CLASSES_MS) {
                let end = end_ms as f64 / 1_000.0;
                let _ = writeln!(text, "qianban_request_seconds_bucket{{{labels},le=\"{end}\"}} {class}");
            }
            let _ = writeln!(text, "qianban_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}", of.count);
            let _ = writeln!(text, "qianban_request_seconds_sum{{{labels}}} {}", of.sum_us as f64 / 1e6);
            let _ = writeln!(text, "qianban_request_seconds_count{{{labels}}} {}", of.count);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_in_every_class_that_holds_them() {
        let metrics = Metrics::default();
        metrics.request("/v1/events", 200, Duration::from_millis(20));
        metrics.request("/v1/events", 200, Duration::from_millis(2));
        metrics.events(&[Fate::Stored, Fate::Rejected("A1-BODY".into())]);
        let text = metrics.text();
        let line = |line: &str| assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        line("qianban_request_seconds_bucket{path=\"/v1/events\",status=\"200\",le=\"0.003\"} 1");
        line("qianban_request_seconds_bucket{path=\"/v1/events\",status=\"200\",le=\"0.03\"} 2");
        line("qianban_request_seconds_count{path=\"/v1/events\",status=\"200\"} 2");
        line("qianban_events_total{fate=\"rejected\"} 1");
    }
}
