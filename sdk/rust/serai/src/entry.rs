//! The module's side of the border, generated from its kinds. Only `module!` uses it.

use core::ffi::c_void;
use core::marker::PhantomData;
use core::mem::size_of;

use crate::abi::{self, Bytes, Status, Str};
use crate::call::{borrowed, lend, lend_text, text};
use crate::memory::{give, take};
use crate::{Call, Completion, Kind, Message, Next, Refusal, Sink};

/// The kinds of a module, in the manifest's order.
pub trait Kinds {
    /// The functions of each kind that module! lists.
    const ALL: &'static [Functions];
}

/// The functions of one kind.
pub struct Functions {
    create: unsafe fn(&'static Functions, &str) -> *mut abi::Entity,
    import: unsafe fn(&'static Functions, u32, &[u8]) -> Result<*mut abi::Entity, &'static str>,
    export: unsafe fn(*const abi::Entity, u32, &mut Sink) -> Result<(), Refusal>,
    destroy: unsafe fn(*mut abi::Entity),
    handle: unsafe fn(*mut abi::Entity, &mut Call, &Message, &mut *mut abi::Frame) -> Status,
    resume: unsafe fn(*mut abi::Entity, &mut Call, *mut abi::Frame, &Completion) -> Status,
}

/// An entity on the heap: the functions of its kind, then its state.
#[repr(C)]
struct Held<K> {
    functions: &'static Functions,
    state: K,
}

/// A waiting handler on the heap: the function that drops it, then its saved value.
#[repr(C)]
struct Waiting<W> {
    drop: unsafe fn(*mut abi::Frame),
    kept: W,
}

unsafe fn drop_frame<W>(frame: *mut abi::Frame) {
    drop(take(frame as *mut Waiting<W>))
}

fn refused(call: &mut Call, refusal: Refusal) -> Status {
    if !refusal.why.is_empty() {
        unsafe { ((*call.host).fail)(call.call, lend_text(refusal.why)) }
    }
    refusal.status
}

/// The status that the host gets when a run ends or waits. `keep` saves the value of a run that waits.
fn finish<W>(call: &mut Call, end: Result<Next<W>, Refusal>, keep: impl FnOnce(W)) -> Status {
    match end {
        Ok(Next::Done) => abi::OK,
        Ok(Next::Wait(kept)) if call.waits => {
            keep(kept);
            abi::PENDING
        }
        Ok(Next::Wait(_)) => {
            let why = "Next::Wait without a wait: begin one with call() or sleep() first";
            refused(call, Refusal { status: abi::INTERNAL, why })
        }
        Err(refusal) => refused(call, refusal),
    }
}

/// Makes the functions of a kind.
pub struct Of<K>(PhantomData<K>);

impl<K: Kind> Of<K> {
    /// For `Kinds::ALL`.
    pub const FUNCTIONS: Functions = Functions {
        create: create_of::<K>,
        import: import_of::<K>,
        export: export_of::<K>,
        destroy: destroy_of::<K>,
        handle: handle_of::<K>,
        resume: resume_of::<K>,
    };
}

unsafe fn create_of<K: Kind>(functions: &'static Functions, key: &str) -> *mut abi::Entity {
    give(Held { functions, state: K::create(key) }) as *mut abi::Entity
}

unsafe fn import_of<K: Kind>(
    functions: &'static Functions,
    schema: u32,
    bytes: &[u8],
) -> Result<*mut abi::Entity, &'static str> {
    let state = K::import(schema, bytes)?;
    Ok(give(Held { functions, state }) as *mut abi::Entity)
}

unsafe fn export_of<K: Kind>(
    entity: *const abi::Entity,
    schema: u32,
    out: &mut Sink,
) -> Result<(), Refusal> {
    (*(entity as *const Held<K>)).state.export(schema, out)
}

unsafe fn destroy_of<K: Kind>(entity: *mut abi::Entity) {
    drop(take(entity as *mut Held<K>))
}

unsafe fn handle_of<K: Kind>(
    entity: *mut abi::Entity,
    call: &mut Call,
    message: &Message,
    frame: &mut *mut abi::Frame,
) -> Status {
    let end = (*(entity as *mut Held<K>)).state.handle(call, message);
    finish(call, end, |kept| {
        let drop = drop_frame::<K::Waiting>;
        *frame = give(Waiting { drop, kept }) as *mut abi::Frame;
    })
}

unsafe fn resume_of<K: Kind>(
    entity: *mut abi::Entity,
    call: &mut Call,
    frame: *mut abi::Frame,
    done: &Completion,
) -> Status {
    let frame = frame as *mut Waiting<K::Waiting>;
    let kept = core::ptr::addr_of!((*frame).kept).read();
    let end = (*(entity as *mut Held<K>)).state.resume(call, kept, done);
    // A handler that waits again uses the same frame.
    let mut again = false;
    let status = finish(call, end, |kept| {
        core::ptr::addr_of_mut!((*frame).kept).write(kept);
        again = true;
    });
    if !again {
        core::mem::forget(take(frame)); // its saved value was moved to resume()
    }
    status
}

unsafe fn host_of(instance: *mut abi::Instance) -> *const abi::Host {
    *(instance as *const *const abi::Host)
}

unsafe fn functions_of(entity: *const abi::Entity) -> &'static Functions {
    *(entity as *const &'static Functions)
}

unsafe fn call_of<'a>(instance: *mut abi::Instance, call: *mut abi::Call) -> Call<'a> {
    Call { host: host_of(instance), call, waits: false, lent: PhantomData }
}

/// The entry table of a module with T's kinds. `manifest` is the text in `.serai.manifest`.
pub const fn module<T: Kinds>(manifest: &'static [u8]) -> abi::Module {
    abi::Module {
        struct_size: size_of::<abi::Module>() as u32,
        magic: abi::MAGIC,
        abi_major: abi::ABI_MAJOR,
        abi_minor: abi::ABI_MINOR,
        reserved: 0,
        manifest: Str { data: manifest.as_ptr(), size: manifest.len() as u64 },
        open,
        close,
        get_extension,
        entity_create: create::<T>,
        entity_import: import::<T>,
        entity_export: export,
        entity_destroy: destroy,
        handle,
        resume,
        cancel,
        self_test,
    }
}

unsafe extern "C" fn open(host: *const abi::Host, out: *mut *mut abi::Instance) -> Status {
    if ((*host).struct_size as usize) < size_of::<abi::Host>()
        || (*host).abi_major != abi::ABI_MAJOR
    {
        return abi::FAILED_PRECONDITION;
    }
    *out = give(host) as *mut abi::Instance;
    abi::OK
}

unsafe extern "C" fn close(instance: *mut abi::Instance) {
    take(instance as *mut *const abi::Host);
}

unsafe extern "C" fn get_extension(_: *mut abi::Instance, _: Str) -> *const c_void {
    core::ptr::null()
}

unsafe extern "C" fn create<T: Kinds>(
    _: *mut abi::Instance,
    kind: u32,
    key: Str,
    out: *mut *mut abi::Entity,
) -> Status {
    match T::ALL.get(kind as usize) {
        Some(functions) => {
            *out = (functions.create)(functions, text(key));
            abi::OK
        }
        None => abi::INVALID_ARGUMENT,
    }
}

unsafe extern "C" fn import<T: Kinds>(
    instance: *mut abi::Instance,
    kind: u32,
    state: *const abi::State,
    out: *mut *mut abi::Entity,
    why: *mut abi::Sink,
) -> Status {
    let Bytes { data, size } = (*state).bytes;
    let made = match T::ALL.get(kind as usize) {
        Some(functions) => {
            (functions.import)(functions, (*state).schema, borrowed(data as *const u8, size))
        }
        None => Err("no such kind"),
    };
    match made {
        Ok(entity) => {
            *out = entity;
            abi::OK
        }
        Err(reason) => {
            let host = host_of(instance);
            ((*host).write)(host, why, lend(reason.as_bytes()));
            abi::INVALID_ARGUMENT
        }
    }
}

unsafe extern "C" fn export(
    instance: *mut abi::Instance,
    _: u32,
    entity: *const abi::Entity,
    request: *const abi::Export,
    out: *mut abi::Sink,
) -> Status {
    let mut out = Sink { host: host_of(instance), sink: out };
    match (functions_of(entity).export)(entity, (*request).schema, &mut out) {
        Ok(()) => abi::OK,
        Err(refusal) => refusal.status,
    }
}

unsafe extern "C" fn destroy(_: *mut abi::Instance, _: u32, entity: *mut abi::Entity) {
    (functions_of(entity).destroy)(entity)
}

unsafe extern "C" fn handle(
    instance: *mut abi::Instance,
    entity: *mut abi::Entity,
    call: *mut abi::Call,
    message: *const abi::Message,
    frame: *mut *mut abi::Frame,
) -> Status {
    let mut call = call_of(instance, call);
    if entity.is_null() {
        let why = "the serai crate has no stateless handlers: give this one a kind";
        return refused(&mut call, Refusal { status: abi::UNIMPLEMENTED, why });
    }
    (functions_of(entity).handle)(entity, &mut call, &Message(&*message), &mut *frame)
}

unsafe extern "C" fn resume(
    instance: *mut abi::Instance,
    entity: *mut abi::Entity,
    call: *mut abi::Call,
    frame: *mut abi::Frame,
    completion: *const abi::Completion,
) -> Status {
    let mut call = call_of(instance, call);
    (functions_of(entity).resume)(entity, &mut call, frame, &Completion(&*completion))
}

unsafe extern "C" fn cancel(_: *mut abi::Instance, frame: *mut abi::Frame) {
    // The first field has the same offset for every W.
    let drop = (*(frame as *const Waiting<()>)).drop;
    drop(frame)
}

unsafe extern "C" fn self_test(_: *mut abi::Instance, _: *mut abi::Sink) -> Status {
    abi::OK
}
