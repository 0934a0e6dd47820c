//! The calendar: days and minutes as text that sorts by time, and which of them the office works.

mod hours;
mod text;
mod work;
mod year;

pub use hours::OfficeHours;
pub(crate) use text::{date, date_time, days_between, instant, minutes_between, seconds_between};
pub use work::WorkCalendar;
pub use year::{CALENDAR_MAX_BYTES, CalendarError, CalendarFault, CalendarYear, shipped_years};
