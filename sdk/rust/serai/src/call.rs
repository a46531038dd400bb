//! A handler's message, and the functions of the host that the handler may call. Both are valid while it runs.

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

/// Bytes that are borrowed from the host until the function returns. Empty bytes may have a null pointer.
pub(crate) unsafe fn borrowed<'a>(data: *const u8, size: u64) -> &'a [u8] {
    if size == 0 {
        return &[];
    }
    slice::from_raw_parts(data, size as usize)
}

/// A text that is borrowed from the host, which guarantees UTF-8.
pub(crate) unsafe fn text<'a>(text: abi::Str) -> &'a str {
    str::from_utf8_unchecked(borrowed(text.data, text.size))
}

fn check(status: Status) -> Result<(), Refusal> {
    match status {
        abi::OK => Ok(()),
        status => Err(Refusal { status, why: "" }),
    }
}

/// The input of a handler.
pub struct Message<'a>(pub(crate) &'a abi::Message);

impl<'a> Message<'a> {
    /// The handler's index in the manifest's list.
    pub fn handler(&self) -> u32 {
        self.0.handler
    }
    /// The entity's key.
    pub fn key(&self) -> &'a str {
        unsafe { text(self.0.entity_key) }
    }
    /// The id of the player behind the message, as UUID text; empty without a player.
    pub fn user_id(&self) -> &'a str {
        unsafe { text(self.0.user_id) }
    }
    /// The player's name; empty without a player.
    pub fn username(&self) -> &'a str {
        unsafe { text(self.0.username) }
    }
    /// The id of the player's socket; empty when the message came by no socket.
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
    /// For "tick" handlers: the number of earlier ticks of this entity.
    pub fn tick(&self) -> u64 {
        self.0.tick
    }
    /// For "timer" handlers: the id that the timer was set with.
    pub fn timer_id(&self) -> u64 {
        self.0.timer_id
    }
    /// For "data" handlers: the op code of the client's message.
    pub fn op_code(&self) -> i64 {
        self.0.op_code
    }
}

/// The result of a wait.
pub struct Completion<'a>(pub(crate) &'a abi::Completion);

impl<'a> Completion<'a> {
    /// The token with which the wait began.
    pub fn token(&self) -> u64 {
        self.0.token
    }
    /// The answer, or the error text when the status is not OK.
    pub fn payload(&self) -> &'a [u8] {
        unsafe { borrowed(self.0.payload.data as *const u8, self.0.payload.size) }
    }
    /// The answer, or an error that `?` passes on unchanged.
    pub fn answer(&self) -> Result<&'a [u8], Refusal> {
        check(self.0.status)?;
        Ok(self.payload())
    }
}

/// The receiver of a message. With an empty kind it is a stateless handler.
pub struct Target<'a> {
    /// The entity's kind; empty for a stateless handler.
    pub kind: &'a str,
    /// The entity's key; empty for a stateless handler.
    pub key: &'a str,
    /// The handler's name in the manifest of the module that owns the kind.
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

/// The functions of the host for the running handler. Effects take place only when the handler succeeds.
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

    /// Unix milliseconds. A module must use no other clock.
    pub fn now_ms(&self) -> i64 {
        unsafe { (self.host().now_ms)(self.call) }
    }
    /// The next 64 bits of the entity's seeded generator. A module must use no other random numbers.
    pub fn random(&mut self) -> u64 {
        unsafe { (self.host().random)(self.call) }
    }
    /// Sets the answer. A later call replaces it.
    pub fn reply(&mut self, payload: &[u8]) -> Result<(), Refusal> {
        check(unsafe { (self.host().reply)(self.call, lend(payload)) })
    }
    /// Sends a message without waiting for an answer.
    pub fn send(&mut self, target: &Target, payload: &[u8]) -> Result<(), Refusal> {
        check(unsafe { (self.host().send)(self.call, &target.raw(), lend(payload)) })
    }
    /// Begins a call. Then end the handler with `Next::Wait`; resume() gets the answer with this token.
    /// `deadline_ms` 0 stands for the host's default.
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
    /// Begins a wait of `delay_ms`. Then end the handler with `Next::Wait`.
    pub fn sleep(&mut self, delay_ms: u32, token: u64) -> Result<(), Refusal> {
        let begun = unsafe { (self.host().sleep)(self.call, delay_ms, token) };
        self.begin_wait(begun)
    }
    /// Notes the status with which an extension's function began a wait, for example a transfer.
    pub fn begin_wait(&mut self, begun: Status) -> Result<(), Refusal> {
        self.waits = begun == abi::PENDING;
        match begun {
            abi::PENDING => Ok(()),
            status => Err(Refusal { status, why: "" }),
        }
    }
    /// Sets or replaces the entity's timer `id`. After `delay_ms` the handler gets the payload.
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
    /// Ends the entity when this handler has succeeded.
    pub fn close(&mut self) -> Result<(), Refusal> {
        check(unsafe { (self.host().close)(self.call) })
    }
    /// Writes a log line for one event, for example with abi::LOG_INFO and "battle.settled".
    pub fn log(&self, level: i32, event: &str) {
        unsafe { (self.host().log)(self.host, self.call, level, lend_text(event), ptr::null(), 0) }
    }
    /// The table of an extension, and the call to pass to its functions; nothing when the host lacks it. For
    /// `abi::EXT_MATCH` the table is an `abi::MatchV1`.
    ///
    /// # Safety
    /// T must be the type of the table with this id.
    pub unsafe fn extension<T>(&self, id: &str) -> Option<(&T, *mut abi::Call)> {
        let table = (self.host().get_extension)(self.host, lend_text(id)) as *const T;
        table.as_ref().map(|table| (table, self.call))
    }
}

/// A buffer of the host, to which a module writes a state.
pub struct Sink {
    pub(crate) host: *const abi::Host,
    pub(crate) sink: *mut abi::Sink,
}

impl Sink {
    /// Appends bytes. Refused above the host's limit.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        check(unsafe { ((*self.host).write)(self.host, self.sink, lend(bytes)) })
    }
}
