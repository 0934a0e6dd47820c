//! SQLite's way to the disk, wrapped: what is asked of files in a watched folder is written down, and may be refused.
//! It becomes the default of this process, so that the store under test opens its files through it and knows nothing.
#![allow(unsafe_code, reason = "SQLite asks for its files through C function pointers")]

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard, Once};

use rusqlite::ffi;

/// What SQLite asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Call {
    Read,
    Write,
    Sync,
}

/// A change of a file in a watched folder, in the order in which they were made.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Write {
        file: String,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        length: usize,
    },
    Sync {
        file: String,
    },
    Delete {
        file: String,
    },
    /// The program had said that so many of its steps were done.
    Told(usize),
}

/// Which calls are answered with an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    pub(crate) call: Call,
    /// The number of the first such call that fails, from 1.
    pub(crate) from: u64,
    /// Whether all later ones fail too.
    pub(crate) lasting: bool,
    /// What SQLite is told.
    pub(crate) code: c_int,
}

/// A watched folder.
#[derive(Default)]
struct Watch {
    ops: Vec<Op>,
    fault: Option<Fault>,
    calls: BTreeMap<Call, u64>,
    failed: u64,
}

static WATCHED: Mutex<BTreeMap<PathBuf, Watch>> = Mutex::new(BTreeMap::new());
static ORIGINAL: AtomicPtr<ffi::sqlite3_vfs> = AtomicPtr::new(std::ptr::null_mut());

fn watched() -> MutexGuard<'static, BTreeMap<PathBuf, Watch>> {
    WATCHED.lock().unwrap()
}

/// A folder that is watched until this is dropped.
pub(crate) struct Watched(PathBuf);

impl Watched {
    pub(crate) fn folder(path: &Path) -> Self {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(install);
        watched().insert(path.to_owned(), Watch::default());
        Self(path.to_owned())
    }

    fn with<T>(&self, act: impl FnOnce(&mut Watch) -> T) -> T {
        act(watched().get_mut(&self.0).unwrap())
    }

    /// Counts from the beginning, and fails where `fault` says.
    pub(crate) fn fail(&self, fault: Option<Fault>) {
        self.with(|watch| {
            watch.calls.clear();
            watch.failed = 0;
            watch.fault = fault;
        });
    }

    /// How many calls were refused since.
    pub(crate) fn failed(&self) -> u64 {
        self.with(|watch| watch.failed)
    }

    /// The program said that so many of its steps are done.
    pub(crate) fn told(&self, steps: usize) {
        self.with(|watch| watch.ops.push(Op::Told(steps)));
    }

    /// Everything that was done so far.
    pub(crate) fn ops(&self) -> Vec<Op> {
        self.with(|watch| watch.ops.clone())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        watched().remove(&self.0);
    }
}

/// Folder and name of a file that SQLite opens.
struct Name {
    folder: PathBuf,
    file: String,
}

/// Our part of an open file; SQLite's own part lies behind it in the same memory.
#[repr(C)]
struct File {
    base: ffi::sqlite3_file,
    name: *mut Name,
}

fn inner(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: `szOsFile` asked for our part and the original's behind it.
    unsafe { file.cast::<u8>().add(size_of::<File>()).cast() }
}

fn name<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a Name> {
    // SAFETY: every file of these methods was opened by `open`, and SQLite closes it once.
    unsafe { (*file.cast::<File>()).name.as_ref() }
}

/// The error that a call is answered with, if any.
fn refused(file: *mut ffi::sqlite3_file, call: Call) -> Option<c_int> {
    let name = name(file)?;
    let mut all = watched();
    let watch = all.get_mut(&name.folder)?;
    let n = watch.calls.entry(call).or_default();
    *n += 1;
    let fault = watch.fault.filter(|fault| fault.call == call)?;
    let hit = if fault.lasting { *n >= fault.from } else { *n == fault.from };
    hit.then(|| {
        watch.failed += 1;
        fault.code
    })
}

fn note(folder: &Path, op: Op) {
    if let Some(watch) = watched().get_mut(folder) {
        watch.ops.push(op);
    }
}

fn done(file: *mut ffi::sqlite3_file, op: impl FnOnce(String) -> Op) {
    if let Some(name) = name(file) {
        note(&name.folder, op(name.file.clone()));
    }
}

/// Hands a call on to the file behind ours.
macro_rules! on {
    ($file:ident, $method:ident $(, $argument:expr)*) => {{
        let inner = inner($file);
        // SAFETY: the original opened it and has this method; its arguments are SQLite's own.
        unsafe { (*(*inner).pMethods).$method.unwrap()(inner $(, $argument)*) }
    }};
}

type Handle = *mut ffi::sqlite3_file;

extern "C" fn close(file: Handle) -> c_int {
    let code = on!(file, xClose);
    // SAFETY: made by `open` with `Box::into_raw`, and closed once.
    unsafe {
        let name = (*file.cast::<File>()).name;
        if !name.is_null() {
            drop(Box::from_raw(name));
            (*file.cast::<File>()).name = std::ptr::null_mut();
        }
    }
    code
}

extern "C" fn read(file: Handle, to: *mut c_void, amount: c_int, offset: i64) -> c_int {
    match refused(file, Call::Read) {
        Some(code) => code,
        None => on!(file, xRead, to, amount, offset),
    }
}

extern "C" fn write(file: Handle, from: *const c_void, amount: c_int, offset: i64) -> c_int {
    if let Some(code) = refused(file, Call::Write) {
        return code;
    }
    let code = on!(file, xWrite, from, amount, offset);
    if code == ffi::SQLITE_OK {
        // SAFETY: SQLite gives `amount` bytes.
        let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), amount as usize) }.to_vec();
        done(file, |file| Op::Write { file, offset: offset as usize, bytes });
    }
    code
}

extern "C" fn truncate(file: Handle, length: i64) -> c_int {
    let code = on!(file, xTruncate, length);
    if code == ffi::SQLITE_OK {
        done(file, |file| Op::Truncate { file, length: length as usize });
    }
    code
}

extern "C" fn sync(file: Handle, flags: c_int) -> c_int {
    if let Some(code) = refused(file, Call::Sync) {
        return code;
    }
    let code = on!(file, xSync, flags);
    if code == ffi::SQLITE_OK {
        done(file, |file| Op::Sync { file });
    }
    code
}

extern "C" fn file_size(file: Handle, size: *mut i64) -> c_int {
    on!(file, xFileSize, size)
}

extern "C" fn lock(file: Handle, level: c_int) -> c_int {
    on!(file, xLock, level)
}

extern "C" fn unlock(file: Handle, level: c_int) -> c_int {
    on!(file, xUnlock, level)
}

extern "C" fn check_reserved_lock(file: Handle, held: *mut c_int) -> c_int {
    on!(file, xCheckReservedLock, held)
}

extern "C" fn file_control(file: Handle, op: c_int, argument: *mut c_void) -> c_int {
    on!(file, xFileControl, op, argument)
}

extern "C" fn sector_size(file: Handle) -> c_int {
    on!(file, xSectorSize)
}

extern "C" fn device_characteristics(file: Handle) -> c_int {
    on!(file, xDeviceCharacteristics)
}

extern "C" fn shm_map(file: Handle, page: c_int, size: c_int, extend: c_int, at: *mut *mut c_void) -> c_int {
    on!(file, xShmMap, page, size, extend, at)
}

extern "C" fn shm_lock(file: Handle, offset: c_int, n: c_int, flags: c_int) -> c_int {
    on!(file, xShmLock, offset, n, flags)
}

extern "C" fn shm_barrier(file: Handle) {
    on!(file, xShmBarrier)
}

extern "C" fn shm_unmap(file: Handle, delete: c_int) -> c_int {
    on!(file, xShmUnmap, delete)
}

/// Version 2: everything but memory-mapped reading, so that every byte is asked for.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Folder and name of a path, where the folder is watched.
fn watched_name(path: *const c_char) -> Option<Name> {
    if path.is_null() {
        return None;
    }
    // SAFETY: SQLite's paths end with a zero.
    let path = PathBuf::from(unsafe { CStr::from_ptr(path) }.to_str().ok()?);
    let (folder, file) = (path.parent()?.to_owned(), path.file_name()?.to_str()?.to_owned());
    watched().contains_key(&folder).then_some(Name { folder, file })
}

unsafe extern "C" fn open(
    _: *mut ffi::sqlite3_vfs,
    path: *const c_char,
    file: Handle,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    let original = ORIGINAL.load(Ordering::SeqCst);
    // SAFETY: SQLite gives memory of `szOsFile` bytes; a file whose methods are null is not closed.
    unsafe {
        (*file).pMethods = std::ptr::null();
        (*inner(file)).pMethods = std::ptr::null();
        let code = (*original).xOpen.unwrap()(original, path, inner(file), flags, out);
        if !(*inner(file)).pMethods.is_null() {
            (*file).pMethods = &METHODS;
            let name = watched_name(path).map_or(std::ptr::null_mut(), |name| Box::into_raw(Box::new(name)));
            (*file.cast::<File>()).name = name;
        }
        code
    }
}

unsafe extern "C" fn delete(_: *mut ffi::sqlite3_vfs, path: *const c_char, sync: c_int) -> c_int {
    let original = ORIGINAL.load(Ordering::SeqCst);
    // SAFETY: as SQLite called us.
    let code = unsafe { (*original).xDelete.unwrap()(original, path, sync) };
    if code == ffi::SQLITE_OK
        && let Some(Name { folder, file }) = watched_name(path)
    {
        note(&folder, Op::Delete { file });
    }
    code
}

fn install() {
    // SAFETY: the first use of SQLite in this process; the wrapped VFS and its name live as long as the process.
    unsafe {
        assert_eq!(ffi::sqlite3_initialize(), ffi::SQLITE_OK);
        let original = ffi::sqlite3_vfs_find(std::ptr::null());
        ORIGINAL.store(original, Ordering::SeqCst);
        let mut ours = *original;
        ours.szOsFile += size_of::<File>() as c_int;
        ours.zName = c"watched".as_ptr();
        ours.pNext = std::ptr::null_mut();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        let ours = Box::leak(Box::new(ours));
        assert_eq!(ffi::sqlite3_vfs_register(ours, 1), ffi::SQLITE_OK);
    }
}
