//! rust_counter: the counter of c_counter in Rust, from abi.h alone: no crates and no std.
//!
//! State    schema 1: eight bytes, the count, little-endian. Opaque to the host: no Protobuf.
//! Payloads raw text: rpc_count takes a decimal number to add and answers the sum.
//! Errors   a panic aborts the process, so nothing here can panic on what comes from outside.
#![no_std]

mod abi;

use core::ffi::c_void;
use core::mem::size_of;
use core::panic::PanicInfo;
use core::slice;

use abi::*;

const TEXT: &[u8] = br#"{"serai":1,"name":"counter","version":"1.1.0","abi":"1.0",
"kinds":[{"name":"counter","schema":1,"reads":[1,1],"writes":[1]}],
"handlers":[
 {"name":"rpc_count","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true,"durable":true},
 {"name":"rpc_count_later","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true}],
"events":[]}"#;

#[used]
#[link_section = ".serai.manifest"]
static MANIFEST: [u8; TEXT.len()] = unsafe { *(TEXT.as_ptr() as *const [u8; TEXT.len()]) };

pub struct Instance {
    host: *const Host,
}
pub struct Entity {
    count: u64,
}
pub struct Frame {
    added: u64,
}

#[link(name = "c")]
extern "C" {
    fn malloc(size: usize) -> *mut c_void;
    fn free(place: *mut c_void);
    fn abort() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    unsafe { abort() }
}

unsafe fn give<T>(value: T, out: *mut *mut T) -> Status {
    let place = malloc(size_of::<T>()) as *mut T;
    if place.is_null() {
        return RESOURCE_EXHAUSTED;
    }
    place.write(value);
    *out = place;
    OK
}

unsafe fn take<T>(place: *mut T) -> T {
    let value = place.read();
    free(place as *mut c_void);
    value
}

fn lend(bytes: &[u8]) -> Bytes {
    Bytes { data: bytes.as_ptr() as *const c_void, size: bytes.len() as u64 }
}

/// What the host lends until the function returns; no bytes may come as a null pointer.
unsafe fn borrowed<'a>(bytes: Bytes) -> &'a [u8] {
    if bytes.size == 0 {
        return &[];
    }
    slice::from_raw_parts(bytes.data as *const u8, bytes.size as usize)
}

unsafe extern "C" fn open(host: *const Host, out: *mut *mut Instance) -> Status {
    if ((*host).struct_size as usize) < size_of::<Host>() || (*host).abi_major != ABI_MAJOR {
        return FAILED_PRECONDITION;
    }
    give(Instance { host }, out)
}

unsafe extern "C" fn close(instance: *mut Instance) {
    take(instance);
}

unsafe extern "C" fn create(_: *mut Instance, kind: u32, _: Str, out: *mut *mut Entity) -> Status {
    if kind != 0 {
        return INVALID_ARGUMENT;
    }
    give(Entity { count: 0 }, out)
}

unsafe extern "C" fn import(
    instance: *mut Instance,
    kind: u32,
    state: *const State,
    out: *mut *mut Entity,
    why: *mut Sink,
) -> Status {
    let bytes: Result<[u8; 8], _> = borrowed((*state).bytes).try_into();
    match bytes {
        Ok(bytes) if kind == 0 && (*state).schema == 1 => {
            give(Entity { count: u64::from_le_bytes(bytes) }, out)
        }
        _ => {
            ((*(*instance).host).write)(why, lend(b"a counter is eight bytes of schema 1"));
            INVALID_ARGUMENT
        }
    }
}

unsafe extern "C" fn export(
    instance: *mut Instance,
    kind: u32,
    entity: *const Entity,
    request: *const Export,
    out: *mut Sink,
) -> Status {
    if kind != 0 || (*request).schema != 1 {
        return INVALID_ARGUMENT;
    }
    ((*(*instance).host).write)(out, lend(&(*entity).count.to_le_bytes()))
}

unsafe extern "C" fn destroy(_: *mut Instance, _: u32, entity: *mut Entity) {
    take(entity);
}

/// At most 18 digits; none is zero.
fn parse(digits: &[u8]) -> Option<u64> {
    if digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

/// Adds, and answers the sum in decimal.
unsafe fn answer(
    instance: *mut Instance,
    entity: *mut Entity,
    call: *mut Call,
    added: u64,
) -> Status {
    (*entity).count = (*entity).count.wrapping_add(added);
    let mut digits = [b'0'; 20];
    let mut used = 0;
    let mut rest = (*entity).count;
    for place in digits.iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
        used += 1;
        if rest == 0 {
            break;
        }
    }
    ((*(*instance).host).reply)(call, lend(&digits[digits.len() - used..]))
}

unsafe extern "C" fn handle(
    instance: *mut Instance,
    entity: *mut Entity,
    call: *mut Call,
    message: *const Message,
    frame: *mut *mut Frame,
) -> Status {
    let host = &*(*instance).host;
    let added = match parse(borrowed((*message).payload)) {
        Some(added) => added,
        None => {
            let why = b"not_a_number";
            (host.fail)(call, Str { data: why.as_ptr(), size: why.len() as u64 });
            return INVALID_ARGUMENT;
        }
    };
    if (*message).handler == 0 {
        return answer(instance, entity, call, added);
    }
    let given = give(Frame { added }, frame);
    if given != OK {
        return given;
    }
    let status = (host.sleep)(call, 1000, 1);
    if status != PENDING {
        take(*frame);
    }
    status
}

unsafe extern "C" fn resume(
    instance: *mut Instance,
    entity: *mut Entity,
    call: *mut Call,
    frame: *mut Frame,
    completion: *const Completion,
) -> Status {
    let added = take(frame).added;
    match (*completion).status {
        OK => answer(instance, entity, call, added),
        status => status,
    }
}

unsafe extern "C" fn cancel(_: *mut Instance, frame: *mut Frame) {
    take(frame);
}

unsafe extern "C" fn self_test(_: *mut Instance, _: *mut Sink) -> Status {
    OK
}

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static serai_module_entry: Module = Module {
    struct_size: size_of::<Module>() as u32,
    magic: MAGIC,
    abi_major: ABI_MAJOR,
    abi_minor: ABI_MINOR,
    reserved: 0,
    manifest: Str { data: MANIFEST.as_ptr(), size: MANIFEST.len() as u64 },
    open,
    close,
    entity_create: create,
    entity_import: import,
    entity_export: export,
    entity_destroy: destroy,
    handle,
    resume,
    cancel,
    self_test,
};
