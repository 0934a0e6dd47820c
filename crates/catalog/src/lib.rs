#![doc = include_str!("../README.md")]

mod builtin;
mod calendar;
mod catalogue;
mod compute;
mod definition;
mod display;
mod expression;
mod fault;
mod gate;
mod load;
mod money;
mod normalise;
mod plan;
mod problem;
mod reader;
mod role;
mod scene;
mod setting;
mod source;
mod state;
mod stored;
mod term;
mod value;
mod watch;

pub use builtin::{CLOSE, ink_copy};
pub use calendar::{
    CALENDAR_MAX_BYTES, CalendarError, CalendarFault, CalendarYear, OfficeHours, WorkCalendar, shipped_years,
};
pub use catalogue::{Item, Mode, catalogue, is_own_item, item};
pub use compute::{compute, defaults, row_defaults};
pub use definition::*;
pub use display::{Names, Privacy, display, note, search_text, summary, typed};
pub use expression::{Expression, ExpressionFault};
pub use fault::{DefinitionError, Fault};
pub use gate::{Unmet, gates, open_tables};
pub use load::{FIELDS_MAX, FILE_MAX_BYTES, STEPS_MAX};
pub use money::chinese_capitals;
pub use normalise::{ACCOUNT_MAX, PARAGRAPH_MAX, TEXT_MAX, TYPED_MAX_BYTES, normalise, normalise_words};
pub use plan::{PlanStep, plan};
pub use problem::Problem;
pub use reader::in_chinese;
pub use role::{Role, role_name, roles};
pub use scene::{Cell, Context, Facts, Linked, Links, Place, Row, Rows};
pub use setting::{
    CALENDAR_PREFIX, CATALOGUE_PREFIX, Setting, SettingError, SettingKind, Settings, change_setting, setting,
    settings,
};
pub use state::{FieldState, states};
pub use stored::{Stored, from_stored, to_stored};
pub use term::{
    Every, Length, Pause, Period, Reading, Standing, TERM_DAYS_MAX, TERM_MINUTES_MAX, TICKS_MAX, Term, Tick,
    TickStanding, Ticks, ticks,
};
pub use value::*;
pub use watch::{ClockNow, TickerNow, alerts, clocks, counted, covered, exposed, follows, gauges, tickers};
