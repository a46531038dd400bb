//! A handler's message, and the host functions it may call. Valid while the handler runs.

use core::ffi::c_void;
use core::marker::PhantomData;
use core::{ptr, slice, str};

use crate::abi;
use crate::{Refusal, Status};

pub(crate) fn lend(bytes: &[u8]) -> abi::Bytes {
    abi::Bytes { data: bytes.as_ptr() as *const c_void, size: bytes.len() as u64 }
}

pub(crate) fn lend_text(text: &str) -> abi::Str {
    abi::Str { data: text.as_ptr(), size: text.len() as u64 }
}

/// Bytes that the host lends until the function returns; an empty one may be a null pointer.
pub(crate) unsafe fn borrowed<'a>(data: *const u8, size: u64) -> &'a [u8] {
    if size == 0 {
        return &[];
    }
    slice::from_raw_parts(data, size as usize)
}

/// The border's texts are UTF-8.
pub(crate) unsafe fn text<'a>(text: abi::Str) -> &'a str {
    str::from_utf8_unchecked(borrowed(text.data, text.size))
}

fn check(status: Status) -> Result<(), Refusal> {
    match status {
        abi::OK => Ok(()),
        status => Err(Refusal { status, why: "" }),
    }
}

/// The message that a handler runs on.
pub struct Message<'a>(pub(crate) &'a abi::Message);

impl<'a> Message<'a> {
    /// The handler's place in the manifest's list.
    pub fn handler(&self) -> u32 {
        self.0.handler
    }
    /// The entity's key.
    pub fn key(&self) -> &'a str {
        unsafe { text(self.0.entity_key) }
    }
    /// The player behind it; empty when there is none.
    pub fn user_id(&self) -> &'a str {
        unsafe { text(self.0.user_id) }
    }
    /// The player's name; empty when there is none.
    pub fn username(&self) -> &'a str {
        unsafe { text(self.0.username) }
    }
    /// The player's socket; empty outside sockets.
    pub fn session_id(&self) -> &'a str {
        unsafe { text(self.0.session_id) }
    }
    /// The calling entity's kind; empty when a client or the host calls.
    pub fn caller_kind(&self) -> &'a str {
        unsafe { text(self.0.caller_kind) }
    }
    /// The calling entity's key.
    pub fn caller_key(&self) -> &'a str {
        unsafe { text(self.0.caller_key) }
    }
    /// A Protobuf message of the declared type, or raw bytes when none is declared.
    pub fn payload(&self) -> &'a [u8] {
        unsafe { borrowed(self.0.payload.data as *const u8, self.0.payload.size) }
    }
    /// Ticks of this entity so far, for "tick" handlers.
    pub fn tick(&self) -> u64 {
        self.0.tick
    }
    /// For "timer" handlers: the id that the timer was set with.
    pub fn timer_id(&self) -> u64 {
        self.0.timer_id
    }
    /// For "data" handlers.
    pub fn op_code(&self) -> i64 {
        self.0.op_code
    }
}

/// The result of what a handler waited for.
pub struct Completion<'a>(pub(crate) &'a abi::Completion);

impl<'a> Completion<'a> {
    /// As given when the wait began.
    pub fn token(&self) -> u64 {
        self.0.token
    }
    /// The answer, or the error text when there is none.
    pub fn payload(&self) -> &'a [u8] {
        unsafe { borrowed(self.0.payload.data as *const u8, self.0.payload.size) }
    }
    /// The answer, or an error that `?` passes on unchanged.
    pub fn answer(&self) -> Result<&'a [u8], Refusal> {
        check(self.0.status)?;
        Ok(self.payload())
    }
}

/// Where a message goes; an empty kind with a handler's name is a stateless handler.
pub struct Target<'a> {
    /// Of the entity.
    pub kind: &'a str,
    /// Of the entity.
    pub key: &'a str,
    /// By its name in the manifest of the module that owns the kind.
    pub handler: &'a str,
}

impl Target<'_> {
    fn raw(&self) -> abi::Target {
        abi::Target {
            struct_size: core::mem::size_of::<abi::Target>() as u32,
            reserved: 0,
            kind: lend_text(self.kind),
            key: lend_text(self.key),
            handler: lend_text(self.handler),
        }
    }
}

/// The running handler's way to the host. Effects count only when the handler succeeds.
pub struct Call<'a> {
    pub(crate) host: *const abi::Host,
    pub(crate) call: *mut abi::Call,
    pub(crate) waits: bool,
    pub(crate) lent: PhantomData<&'a abi::Host>,
}

impl Call<'_> {
    fn host(&self) -> &abi::Host {
        unsafe { &*self.host }
    }

    /// Unix milliseconds; the only clock there is.
    pub fn now_ms(&self) -> i64 {
        unsafe { (self.host().now_ms)(self.call) }
    }
    /// 64 bits of the entity's generator; the only chance there is.
    pub fn random(&mut self) -> u64 {
        unsafe { (self.host().random)(self.call) }
    }
    /// Sets the answer; the last one wins.
    pub fn reply(&mut self, payload: &[u8]) -> Result<(), Refusal> {
        check(unsafe { (self.host().reply)(self.call, lend(payload)) })
    }
    /// Sends a message that nobody waits for.
    pub fn send(&mut self, target: &Target, payload: &[u8]) -> Result<(), Refusal> {
        check(unsafe { (self.host().send)(self.call, &target.raw(), lend(payload)) })
    }
    /// Begins a call; end the handler with `Next::Wait`. deadline_ms 0 is the host's own.
    pub fn call(
        &mut self,
        target: &Target,
        payload: &[u8],
        deadline_ms: u32,
        token: u64,
    ) -> Result<(), Refusal> {
        let begun =
            unsafe { (self.host().call)(self.call, &target.raw(), lend(payload), deadline_ms, token) };
        self.begin_wait(begun)
    }
    /// Begins to sleep; end the handler with `Next::Wait`.
    pub fn sleep(&mut self, delay_ms: u32, token: u64) -> Result<(), Refusal> {
        let begun = unsafe { (self.host().sleep)(self.call, delay_ms, token) };
        self.begin_wait(begun)
    }
    /// Takes the status that an extension's waiting function returned, such as a transfer's.
    pub fn begin_wait(&mut self, begun: Status) -> Result<(), Refusal> {
        self.waits = begun == abi::PENDING;
        match begun {
            abi::PENDING => Ok(()),
            status => Err(Refusal { status, why: "" }),
        }
    }
    /// Sets or replaces the entity's timer; when due, its handler gets the payload.
    pub fn timer(
        &mut self,
        id: u64,
        delay_ms: u32,
        handler: &str,
        payload: &[u8],
    ) -> Result<(), Refusal> {
        let set = self.host().timer_set;
        check(unsafe { set(self.call, id, delay_ms, lend_text(handler), lend(payload)) })
    }
    /// Cancels a timer; no error when there is none.
    pub fn cancel_timer(&mut self, id: u64) -> Result<(), Refusal> {
        check(unsafe { (self.host().timer_cancel)(self.call, id) })
    }
    /// Ends the entity once this handler has succeeded.
    pub fn close(&mut self) -> Result<(), Refusal> {
        check(unsafe { (self.host().close)(self.call) })
    }
    /// One event, one line: abi::LOG_INFO, "battle.settled".
    pub fn log(&self, level: i32, event: &str) {
        unsafe { (self.host().log)(self.host, self.call, level, lend_text(event), ptr::null(), 0) }
    }
    /// An extension's table, and the call to pass to its functions: `abi::MatchV1` by `abi::EXT_MATCH`.
    ///
    /// # Safety
    /// T is the table of that id.
    pub unsafe fn extension<T>(&self, id: &str) -> Option<(&T, *mut abi::Call)> {
        let table = (self.host().get_extension)(self.host, lend_text(id)) as *const T;
        table.as_ref().map(|table| (table, self.call))
    }
}

/// Takes the bytes of a state.
pub struct Sink {
    pub(crate) host: *const abi::Host,
    pub(crate) sink: *mut abi::Sink,
}

impl Sink {
    /// Appends; refused past the host's bound.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        check(unsafe { ((*self.host).write)(self.host, self.sink, lend(bytes)) })
    }
}
