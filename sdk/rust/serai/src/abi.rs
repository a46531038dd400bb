//! The types of serai/abi.h and serai/ext/*.h in Rust, with the same order and sizes, which the assertions at the end
//! check. The headers document each function, its thread and its owners.
#![allow(missing_docs)]

use core::ffi::c_void;
use core::mem::size_of;

pub const MAGIC: u32 = 0x4941_5253;
pub const ABI_MAJOR: u16 = 1;
pub const ABI_MINOR: u16 = 0;

/// Numbers 0 to 16 are the gRPC status numbers, and clients get them as they are.
pub type Status = i32;
pub const OK: Status = 0;
pub const CANCELLED: Status = 1;
pub const UNKNOWN: Status = 2;
pub const INVALID_ARGUMENT: Status = 3;
pub const DEADLINE_EXCEEDED: Status = 4;
pub const NOT_FOUND: Status = 5;
pub const ALREADY_EXISTS: Status = 6;
pub const PERMISSION_DENIED: Status = 7;
pub const RESOURCE_EXHAUSTED: Status = 8;
pub const FAILED_PRECONDITION: Status = 9;
pub const ABORTED: Status = 10;
pub const OUT_OF_RANGE: Status = 11;
pub const UNIMPLEMENTED: Status = 12;
pub const INTERNAL: Status = 13;
pub const UNAVAILABLE: Status = 14;
pub const DATA_LOSS: Status = 15;
pub const UNAUTHENTICATED: Status = 16;
pub const PENDING: Status = 100;

pub const LOG_DEBUG: i32 = 1;
pub const LOG_INFO: i32 = 2;
pub const LOG_WARN: i32 = 3;
pub const LOG_ERROR: i32 = 4;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str {
    pub data: *const u8,
    pub size: u64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes {
    pub data: *const c_void,
    pub size: u64,
}

/// Objects of the host, opaque to modules.
pub enum Call {}
pub enum Sink {}

/// Objects of the module, opaque to the host.
pub enum Instance {}
pub enum Entity {}
pub enum Frame {}

#[repr(C)]
pub struct Message {
    pub struct_size: u32,
    pub handler: u32,
    pub entity_kind: Str,
    pub entity_key: Str,
    pub user_id: Str,
    pub username: Str,
    pub session_id: Str,
    pub caller_kind: Str,
    pub caller_key: Str,
    pub payload: Bytes,
    pub now_ms: i64,
    pub tick: u64,
    pub op_code: i64,
    pub timer_id: u64,
}

#[repr(C)]
pub struct Target {
    pub struct_size: u32,
    pub reserved: u32,
    pub kind: Str,
    pub key: Str,
    pub handler: Str,
}

#[repr(C)]
pub struct Completion {
    pub struct_size: u32,
    pub status: Status,
    pub token: u64,
    pub payload: Bytes,
}

#[repr(C)]
pub struct Field {
    pub name: Str,
    pub value: Str,
}

#[repr(C)]
pub struct State {
    pub struct_size: u32,
    pub schema: u32,
    pub key: Str,
    pub bytes: Bytes,
}

#[repr(C)]
pub struct Export {
    pub struct_size: u32,
    pub schema: u32,
    pub purpose: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub get_extension: unsafe extern "C" fn(*const Host, Str) -> *const c_void,
    pub log: unsafe extern "C" fn(*const Host, *mut Call, i32, Str, *const Field, u64),
    pub write: unsafe extern "C" fn(*const Host, *mut Sink, Bytes) -> Status,
    pub now_ms: unsafe extern "C" fn(*mut Call) -> i64,
    pub random: unsafe extern "C" fn(*mut Call) -> u64,
    pub reply: unsafe extern "C" fn(*mut Call, Bytes) -> Status,
    pub fail: unsafe extern "C" fn(*mut Call, Str),
    pub send: unsafe extern "C" fn(*mut Call, *const Target, Bytes) -> Status,
    pub call: unsafe extern "C" fn(*mut Call, *const Target, Bytes, u32, u64) -> Status,
    pub sleep: unsafe extern "C" fn(*mut Call, u32, u64) -> Status,
    pub timer_set: unsafe extern "C" fn(*mut Call, u64, u32, Str, Bytes) -> Status,
    pub timer_cancel: unsafe extern "C" fn(*mut Call, u64) -> Status,
    pub close: unsafe extern "C" fn(*mut Call) -> Status,
}

#[repr(C)]
pub struct Module {
    pub struct_size: u32,
    pub magic: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub reserved: u32,
    pub manifest: Str,
    pub open: unsafe extern "C" fn(*const Host, *mut *mut Instance) -> Status,
    pub close: unsafe extern "C" fn(*mut Instance),
    pub get_extension: unsafe extern "C" fn(*mut Instance, Str) -> *const c_void,
    pub entity_create: unsafe extern "C" fn(*mut Instance, u32, Str, *mut *mut Entity) -> Status,
    pub entity_import:
        unsafe extern "C" fn(*mut Instance, u32, *const State, *mut *mut Entity, *mut Sink) -> Status,
    pub entity_export:
        unsafe extern "C" fn(*mut Instance, u32, *const Entity, *const Export, *mut Sink) -> Status,
    pub entity_destroy: unsafe extern "C" fn(*mut Instance, u32, *mut Entity),
    pub handle: unsafe extern "C" fn(
        *mut Instance,
        *mut Entity,
        *mut Call,
        *const Message,
        *mut *mut Frame,
    ) -> Status,
    pub resume: unsafe extern "C" fn(
        *mut Instance,
        *mut Entity,
        *mut Call,
        *mut Frame,
        *const Completion,
    ) -> Status,
    pub cancel: unsafe extern "C" fn(*mut Instance, *mut Frame),
    pub self_test: unsafe extern "C" fn(*mut Instance, *mut Sink) -> Status,
}

/// Safe, because the table and all that it points to are constant.
unsafe impl Sync for Module {}

pub const EXT_MATCH: &str = "serai.match/1";
#[repr(C)]
pub struct MatchV1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub broadcast: unsafe extern "C" fn(*mut Call, i64, Bytes, *const Str, u64) -> Status,
    pub kick: unsafe extern "C" fn(*mut Call, Str) -> Status,
    pub set_label: unsafe extern "C" fn(*mut Call, Str) -> Status,
}

pub const EXT_LEDGER: &str = "serai.ledger/1";
#[repr(C)]
pub struct LedgerEntry {
    pub account: Str,
    pub delta: i64,
}
#[repr(C)]
pub struct LedgerV1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub transfer:
        unsafe extern "C" fn(*mut Call, Str, Str, *const LedgerEntry, u64, u64) -> Status,
    pub balance: unsafe extern "C" fn(*mut Call, Str, u64) -> Status,
}

pub const EXT_NOTIFY: &str = "serai.notify/1";
#[repr(C)]
pub struct Notification {
    pub struct_size: u32,
    pub code: i32,
    pub user_id: Str,
    pub subject: Str,
    pub content: Str,
    pub persistent: u32,
    pub reserved: u32,
}
#[repr(C)]
pub struct NotifyV1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub notify: unsafe extern "C" fn(*mut Call, *const Notification) -> Status,
}

pub const EXT_CONFIG: &str = "serai.config/1";
#[repr(C)]
pub struct ConfigV1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub get: unsafe extern "C" fn(*mut Call, Str, *mut Str) -> Status,
}

pub const EXT_THREAD_CHECK: &str = "serai.thread_check/1";
#[repr(C)]
pub struct ThreadCheckV1 {
    pub struct_size: u32,
    pub reserved: u32,
    pub is_loader: unsafe extern "C" fn(*const Host) -> u32,
    pub is_shard: unsafe extern "C" fn(*const Host) -> u32,
    pub is_live: unsafe extern "C" fn(*const Host, *const Call) -> u32,
}

const _: () = assert!(size_of::<Str>() == 16 && size_of::<Bytes>() == 16);
const _: () = assert!(size_of::<Message>() == 168 && size_of::<Target>() == 56);
const _: () = assert!(size_of::<Completion>() == 32 && size_of::<Field>() == 32);
const _: () = assert!(size_of::<State>() == 40 && size_of::<Export>() == 16);
const _: () = assert!(size_of::<Host>() == 112 && size_of::<Module>() == 120);
const _: () = assert!(size_of::<MatchV1>() == 32 && size_of::<LedgerEntry>() == 24);
const _: () = assert!(size_of::<LedgerV1>() == 24 && size_of::<Notification>() == 64);
const _: () = assert!(size_of::<NotifyV1>() == 16 && size_of::<ConfigV1>() == 16);
const _: () = assert!(size_of::<ThreadCheckV1>() == 32);
