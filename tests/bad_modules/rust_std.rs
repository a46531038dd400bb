//! A module with Rust's standard library, which keeps a thread-local value. It is refused unless its manifest has
//! "stays_mapped" (--cfg rust_std_stays).
#[allow(dead_code)]
#[path = "../../sdk/rust/serai/src/abi.rs"]
mod abi;

use abi::{Status, Str};
use std::cell::RefCell;
use std::ffi::c_void;
use std::mem::size_of;
use std::ptr;

#[cfg(not(rust_std_stays))]
const TEXT: &[u8] = br#"{"serai":1,"name":"keeper","version":"1.0.0","abi":"1.0",
"handlers":[{"name":"rpc_keep","on":"rpc","client":true}]}"#;
#[cfg(rust_std_stays)]
const TEXT: &[u8] = br#"{"serai":1,"name":"keeper","version":"1.0.0","abi":"1.0","stays_mapped":true,
"handlers":[{"name":"rpc_keep","on":"rpc","client":true}]}"#;

#[used]
#[link_section = ".serai.manifest"]
static MANIFEST: [u8; TEXT.len()] = unsafe { *(TEXT.as_ptr() as *const [u8; TEXT.len()]) };

thread_local! {
    static KEPT: RefCell<Vec<u8>> = RefCell::new(Vec::new());
}

fn keep() {
    KEPT.with(|kept| kept.borrow_mut().push(1));
}

unsafe extern "C" fn open(host: *const abi::Host, out: *mut *mut abi::Instance) -> Status {
    keep();
    *out = host as *mut abi::Instance;
    abi::OK
}
unsafe extern "C" fn close(_: *mut abi::Instance) {}
unsafe extern "C" fn get_extension(_: *mut abi::Instance, _: Str) -> *const c_void {
    ptr::null()
}
unsafe extern "C" fn create(
    _: *mut abi::Instance,
    _: u32,
    _: Str,
    _: *mut *mut abi::Entity,
) -> Status {
    abi::INVALID_ARGUMENT
}
unsafe extern "C" fn import(
    _: *mut abi::Instance,
    _: u32,
    _: *const abi::State,
    _: *mut *mut abi::Entity,
    _: *mut abi::Sink,
) -> Status {
    abi::INVALID_ARGUMENT
}
unsafe extern "C" fn export(
    _: *mut abi::Instance,
    _: u32,
    _: *const abi::Entity,
    _: *const abi::Export,
    _: *mut abi::Sink,
) -> Status {
    abi::INVALID_ARGUMENT
}
unsafe extern "C" fn destroy(_: *mut abi::Instance, _: u32, _: *mut abi::Entity) {}
unsafe extern "C" fn handle(
    _: *mut abi::Instance,
    _: *mut abi::Entity,
    _: *mut abi::Call,
    _: *const abi::Message,
    _: *mut *mut abi::Frame,
) -> Status {
    keep();
    abi::OK
}
unsafe extern "C" fn resume(
    _: *mut abi::Instance,
    _: *mut abi::Entity,
    _: *mut abi::Call,
    _: *mut abi::Frame,
    _: *const abi::Completion,
) -> Status {
    abi::INTERNAL
}
unsafe extern "C" fn cancel(_: *mut abi::Instance, _: *mut abi::Frame) {}
unsafe extern "C" fn self_test(_: *mut abi::Instance, _: *mut abi::Sink) -> Status {
    abi::OK
}

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static serai_module_entry: abi::Module = abi::Module {
    struct_size: size_of::<abi::Module>() as u32,
    magic: abi::MAGIC,
    abi_major: abi::ABI_MAJOR,
    abi_minor: abi::ABI_MINOR,
    reserved: 0,
    manifest: Str { data: MANIFEST.as_ptr(), size: MANIFEST.len() as u64 },
    open,
    close,
    get_extension,
    entity_create: create,
    entity_import: import,
    entity_export: export,
    entity_destroy: destroy,
    handle,
    resume,
    cancel,
    self_test,
};
