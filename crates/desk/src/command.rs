//! The one table of everything a person can do, and its dispatch. Every host (window, loopback page,
//! `qianbanctl`) calls the desk through [`Desk::call`] and nothing else, so none can forget a command.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use ts_rs::{Config, TS, TypeVisitor};

use crate::api::*;
use crate::caught::caught;
use crate::{Code, Desk, Refused, shape, use_case};

/// Who may call a command, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Before anybody is at the desk.
    Public,
    /// A person is at the desk.
    Desk,
    /// The door of the sample bureau: answered by the program's own desk while the sample is shown.
    Door,
    /// Only the window that signs: it takes the password and shows exactly what is signed.
    Sign,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CommandInfo {
    /// Name, as on the wire.
    pub name: &'static str,
    /// Group.
    pub group: Group,
    /// Name of the request type.
    pub request: &'static str,
    /// Name of the response type.
    pub response: &'static str,
}

macro_rules! commands {
    ($($group:ident $name:ident($request:ident) -> $response:ident = $run:path;)*) => {
        /// Every command, in the order of the table.
        pub const COMMANDS: &[CommandInfo] = &[$(CommandInfo {
            name: stringify!($name),
            group: Group::$group,
            request: stringify!($request),
            response: stringify!($response),
        },)*];

        impl Desk {
            fn dispatch(&self, command: &str, request: Value) -> Result<Value, Refused> {
                match command {
                    $(stringify!($name) => answer::<$response>($run(self, parse::<$request>(request)?)?),)*
                    _ => Err(Refused::about(Code::CommandUnknown, command)),
                }
            }
        }

        fn visit_types(visitor: &mut impl TypeVisitor) {
            $(visitor.visit::<$request>(); visitor.visit::<$response>();)*
        }
    };
}

commands! {
    Public host_status(Nothing) -> HostStatus = use_case::host_status::run;
    Public found(Found) -> Founded = use_case::found::run;
    Public join(Join) -> Joined = use_case::join::run;
    Public join_cancel(Nothing) -> HostStatus = use_case::join::cancel;
    Public seat_requests(Nothing) -> SeatRequests = use_case::join::requests;
    Public open_database(OpenDatabase) -> HostStatus = use_case::unlock::open_database;
    Public unlock(Unlock) -> HostStatus = use_case::unlock::unlock;
    Door sample_open(Nothing) -> SampleStatus = use_case::sample::open;
    Door sample_status(Nothing) -> SampleStatus = use_case::sample::status;
    Door sample_cancel(Nothing) -> SampleStatus = use_case::sample::cancel;
    Door sample_erase(Nothing) -> HostStatus = use_case::sample::erase;
    Desk lock(Nothing) -> HostStatus = use_case::unlock::lock;
    Desk password_change(PasswordChange) -> Nothing = use_case::unlock::password_change;

    Desk definitions(Nothing) -> Definitions = use_case::form::definitions;
    Desk catalogue(Nothing) -> Catalogue = use_case::catalogue::run;
    Desk form_new(FormNew) -> FormPage = use_case::form::new;
    Desk form_get(FormRef) -> FormPage = use_case::form::get;
    Desk draft_get(SectionRef) -> SectionView = use_case::form::section;
    Desk draft_set(DraftSet) -> DraftSaved = use_case::form::set;
    Desk draft_rows(DraftRows) -> DraftSaved = use_case::form::rows;
    Desk draft_discard(DraftDiscard) -> Nothing = use_case::form::discard;

    Desk table_import(TableImport) -> DraftSaved = use_case::import::table;

    Desk link_candidates(LinkQuery) -> LinkCandidates = use_case::link::candidates;
    Desk link_change(LinkChange) -> FormPage = use_case::link::change;

    Desk file_begin(FileBegin) -> FileUpload = use_case::file::begin;
    Desk file_chunk(FileChunk) -> Nothing = use_case::file::chunk;
    Desk file_finish(FileRef) -> DraftSaved = use_case::file::finish;
    Desk file_cancel(FileRef) -> Nothing = use_case::file::cancel;
    Desk file_remove(FileRemove) -> DraftSaved = use_case::file::remove;
    Desk file_read(FileRead) -> FilePart = use_case::file::read;

    Desk sign_prepare(SignPrepare) -> SignSheet = use_case::sign::prepare;
    Sign sign_show(SignRef) -> SignSheet = use_case::sign::show;
    Sign sign_confirm(SignConfirm) -> Signed = use_case::sign::confirm;
    Sign sign_cancel(SignRef) -> Nothing = use_case::sign::cancel;
    Desk sign_status(SignRef) -> SignStatus = use_case::sign::status;

    Desk seal_candidates(Nothing) -> SealCandidates = use_case::day::seal_candidates;

    Desk workbench(Nothing) -> Workbench = use_case::list::workbench;
    Desk ledgers(Nothing) -> Ledgers = use_case::list::ledgers;
    Desk ledger_list(LedgerQuery) -> LedgerPage = use_case::list::ledger;
    Desk ledger_pdf(LedgerBook) -> LedgerFile = use_case::book::pdf;
    Desk ledger_xlsx(LedgerBook) -> LedgerFile = use_case::book::xlsx;

    Desk slip_pdf(SlipQuery) -> SlipPdf = use_case::slip::pdf;
    Desk printers(Nothing) -> Printers = use_case::slip::printers;
    Desk print_send(PrintSend) -> Nothing = use_case::slip::send;

    Desk designs(Nothing) -> Designs = use_case::design::list;
    Desk design_open(DesignOpen) -> DesignTree = use_case::design::open;
    Desk design_check(DesignCheck) -> Designed = use_case::design::check;

    Desk years(Nothing) -> Years = use_case::year::run;

    Public bundle_scan(BundleFile) -> ExchangeStatus = use_case::exchange::look;
    Public bundle_import(BundleImport) -> ExchangeStatus = use_case::exchange::take_in;
    Desk bundle_stage(BundleStage) -> ExchangeStatus = use_case::exchange::write;
    Public exchange_status(Nothing) -> ExchangeStatus = use_case::exchange::status;
    Public exchange_cancel(Nothing) -> ExchangeStatus = use_case::exchange::cancel;
    Desk sync_status(Nothing) -> SyncStatus = use_case::exchange::room;
    Desk state_digest(Nothing) -> StateDigest = use_case::exchange::state;

    Public endpoint_way(Nothing) -> EndpointWay = use_case::endpoint::way;
    Public endpoint_way_set(EndpointWaySet) -> EndpointWay = use_case::endpoint::set_way;
    Desk introduce(Introduce) -> ExchangeStatus = use_case::endpoint::introduce;
    Public enrol(Enrol) -> ExchangeStatus = use_case::endpoint::enrol;
    Desk enrolment_code(Nothing) -> EnrolmentCode = use_case::endpoint::code;
    Desk enrolments(Nothing) -> Enrolments = use_case::endpoint::waiting;
    Desk sync_now(Nothing) -> ExchangeStatus = use_case::endpoint::sync_now;
    Public sync_progress(Nothing) -> ExchangeStatus = use_case::endpoint::progress;
    Public sync_cancel(Nothing) -> ExchangeStatus = use_case::endpoint::cancel;

    Desk relay_status(Nothing) -> RelayStatus = use_case::relay::status;
    Desk relay_switch(RelaySwitch) -> RelayStatus = use_case::relay::switch;

    Desk people(Nothing) -> People = use_case::people::run;
    Desk settings(Nothing) -> SettingsPage = use_case::setting::run;
    Desk findings(Nothing) -> Findings = use_case::findings::run;
    Desk verify_start(Nothing) -> VerifyStatus = use_case::verify::start;
    Desk verify_status(Nothing) -> VerifyStatus = use_case::verify::status;
    Desk verify_cancel(Nothing) -> VerifyStatus = use_case::verify::cancel;
}

impl Desk {
    /// Carries out one command of the table. Blocks while it works; hosts call it off their event loop.
    ///
    /// # Errors
    /// A [`Refusal`] with its code and Chinese words; nothing was changed then, except where the words say so. A panic
    /// is one too.
    pub fn call(&self, command: &str, request: Value) -> Result<Value, Refusal> {
        let shown = self.sample.shown().filter(|_| group_of(command) != Some(Group::Door));
        let desk = shown.as_deref().unwrap_or(self);
        caught(command, || desk.dispatch(command, request)).map_err(|refused| {
            tracing::info!(command, code = refused.code().as_str(), "refused");
            Refusal::from(refused)
        })
    }
}

/// The group of a command; `None` when there is no such command.
#[must_use]
pub fn group_of(command: &str) -> Option<Group> {
    COMMANDS.iter().find(|info| info.name == command).map(|info| info.group)
}

fn parse<T: DeserializeOwned>(request: Value) -> Result<T, Refused> {
    shape::take(request).map_err(|said| Refused::about(Code::RequestShape, said))
}

fn answer<T: Serialize>(response: T) -> Result<Value, Refused> {
    serde_json::to_value(response).map_err(|error| Refused::about(Code::Internal, error))
}

/// The declarations of every type that a command takes or gives, by name, in TypeScript.
#[must_use]
pub fn types() -> BTreeMap<String, String> {
    let mut declarations = Declarations { config: Config::new(), found: BTreeMap::new() };
    visit_types(&mut declarations);
    declarations.visit::<Refusal>();
    declarations.found
}

struct Declarations {
    config: Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let name = T::ident(&self.config);
        if T::output_path().is_none() || self.found.contains_key(&name) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        self.found.insert(name, format!("{docs}export {}", T::decl(&self.config)));
        T::visit_dependencies(self);
    }
}

const NOTE: &str = "// Written by `cargo xtask bindings` from crates/desk/src/api. Do not edit.\n";

/// The TypeScript files: `index.ts` with every type, `commands.ts` with the table.
#[must_use]
pub fn typescript() -> [(&'static str, String); 2] {
    let all = types();
    let mut index = String::from(NOTE);
    index.push_str("export * from \"./commands\";\n");
    for declaration in all.values() {
        index.push('\n');
        index.push_str(declaration);
        index.push('\n');
    }
    let mut names: Vec<&str> = COMMANDS.iter().flat_map(|info| [info.request, info.response]).collect();
    names.sort_unstable();
    names.dedup();
    let mut table = String::from(NOTE);
    table.push_str(&format!("import type {{ {} }} from \"./index\";\n\n", names.join(", ")));
    table
        .push_str("/** Every command with its request and response types. */\nexport interface Commands {\n");
    for CommandInfo { name, request, response, .. } in COMMANDS {
        table.push_str(&format!("  {name}: {{ request: {request}; response: {response} }};\n"));
    }
    table.push_str("}\n\n/** Who may call a command. */\nexport const GROUPS = {\n");
    for CommandInfo { name, group, .. } in COMMANDS {
        table.push_str(&format!("  {name}: \"{}\",\n", format!("{group:?}").to_lowercase()));
    }
    table.push_str(
        "} as const satisfies Record<keyof Commands, \"public\" | \"desk\" | \"door\" | \"sign\">;\n",
    );
    [("index.ts", index), ("commands.ts", table)]
}

/// Writes [`typescript`] into a folder.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_typescript(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    typescript().into_iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
}
