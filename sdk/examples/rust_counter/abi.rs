//! serai/abi.h in Rust: what this module needs of it. Same order, same sizes; the assertions at
//! the end are those of the header.
#![allow(dead_code)]

use core::ffi::c_void;
use core::mem::size_of;

use crate::{Entity, Frame, Instance};

pub const MAGIC: u32 = 0x4941_5253;
pub const ABI_MAJOR: u16 = 1;
pub const ABI_MINOR: u16 = 0;

pub type Status = i32;
pub const OK: Status = 0;
pub const INVALID_ARGUMENT: Status = 3;
pub const RESOURCE_EXHAUSTED: Status = 8;
pub const FAILED_PRECONDITION: Status = 9;
pub const PENDING: Status = 100;

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

/// The host's, opaque.
pub enum Call {}
pub enum Sink {}

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
}

#[repr(C)]
pub struct Completion {
    pub struct_size: u32,
    pub status: Status,
    pub token: u64,
    pub payload: Bytes,
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

/// Functions this module does not call are plain pointers here: only their place matters.
#[repr(C)]
pub struct Host {
    pub struct_size: u32,
    pub abi_major: u16,
    pub abi_minor: u16,
    pub get_extension: *const c_void,
    pub log: *const c_void,
    pub write: unsafe extern "C" fn(*mut Sink, Bytes) -> Status,
    pub now_ms: *const c_void,
    pub random: *const c_void,
    pub reply: unsafe extern "C" fn(*mut Call, Bytes) -> Status,
    pub fail: unsafe extern "C" fn(*mut Call, Str),
    pub send: *const c_void,
    pub call: *const c_void,
    pub sleep: unsafe extern "C" fn(*mut Call, u32, u64) -> Status,
    pub timer_set: *const c_void,
    pub timer_cancel: *const c_void,
    pub close: *const c_void,
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

/// The table is constant, and so is all it points to.
unsafe impl Sync for Module {}

const _: () = assert!(size_of::<Str>() == 16 && size_of::<Bytes>() == 16);
const _: () = assert!(size_of::<Message>() == 160 && size_of::<Completion>() == 32);
const _: () = assert!(size_of::<State>() == 40 && size_of::<Export>() == 16);
const _: () = assert!(size_of::<Host>() == 112 && size_of::<Module>() == 112);
