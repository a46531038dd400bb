//! counter: the counter of c_counter in Rust, with the serai crate.
//!
//! State    schema 1: the count in eight bytes, little-endian. No Protobuf, so the host cannot parse it.
//! Payloads raw text: rpc_count takes a decimal number, adds it, and replies with the sum.
//!          rpc_count_later does the same after a second.
//! Errors   a panic would end the process, so no input from outside may cause one here.
#![no_std]

use core::fmt::Write;

use serai::abi::{INTERNAL, INVALID_ARGUMENT};
use serai::{Answer, Buffer, Call, Completion, Kind, Message, Next, Refusal, Sink};

serai::module!(
    br#"{"serai":1,"name":"counter","version":"1.1.0","abi":"1.0",
"kinds":[{"name":"counter","schema":1,"reads":[1,1],"writes":[1]}],
"handlers":[
 {"name":"rpc_count","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true,"durable":true},
 {"name":"rpc_count_later","on":"rpc","kind":"counter","key":"caller","client":true,"creates":true}],
"events":[]}"#,
    [Counter]
);

struct Counter {
    count: u64,
}

/// Parses at most 18 digits, which always fit into 64 bits. An empty text is 0.
fn parse(digits: &[u8]) -> Result<u64, Refusal> {
    if digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Refusal { status: INVALID_ARGUMENT, why: "not_a_number" });
    }
    Ok(digits.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')))
}

impl Counter {
    /// Adds, and replies with the sum in decimal.
    fn add(&mut self, call: &mut Call, added: u64) -> Answer<u64> {
        self.count = self.count.wrapping_add(added);
        let mut sum = Buffer::new();
        write!(sum, "{}", self.count).map_err(|_| Refusal { status: INTERNAL, why: "not_written" })?;
        call.reply(sum.bytes())?;
        Ok(Next::Done)
    }
}

impl Kind for Counter {
    type Waiting = u64; // the number that rpc_count_later will add

    fn create(_: &str) -> Self {
        Counter { count: 0 }
    }

    fn import(schema: u32, bytes: &[u8]) -> Result<Self, &'static str> {
        match (schema, bytes.try_into()) {
            (1, Ok(bytes)) => Ok(Counter { count: u64::from_le_bytes(bytes) }),
            _ => Err("a counter is eight bytes of schema 1"),
        }
    }

    fn export(&self, schema: u32, out: &mut Sink) -> Result<(), Refusal> {
        if schema != 1 {
            return Err(Refusal { status: INVALID_ARGUMENT, why: "schema 1 is the only one" });
        }
        out.write(&self.count.to_le_bytes())
    }

    fn handle(&mut self, call: &mut Call, message: &Message) -> Answer<u64> {
        let added = parse(message.payload())?;
        if message.handler() == 0 {
            return self.add(call, added);
        }
        call.sleep(1000, 1)?;
        Ok(Next::Wait(added))
    }

    fn resume(&mut self, call: &mut Call, added: u64, done: &Completion) -> Answer<u64> {
        done.answer()?;
        self.add(call, added)
    }
}
