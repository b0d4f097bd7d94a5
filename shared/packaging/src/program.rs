//! Whether a program starts on any Linux: one that names no loader and no library needs nothing of the system that it runs
//! on but the kernel, so it starts on every Debian that Function Compute has.
//!
//! Read from the program itself (<https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html>), not from how it was
//! built.

/// First bytes of a program for 64-bit little-endian machines: magic, class, order, version.
const MAGIC: [u8; 7] = [0x7f, b'E', b'L', b'F', 2, 1, 1];
/// Machine x86-64, the only one that custom runtimes have.
const X86_64: u16 = 62;
/// A program that names its loader.
const INTERPRETER: u32 = 3;
/// A program that names libraries, or relocates itself.
const DYNAMIC: u32 = 2;
/// Length of the header, and of a row of the program headers.
const HEADER_BYTES: usize = 64;
const ROW_BYTES: usize = 56;

/// Why a program may not start where it is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotShippable {
    /// Another kind of file, or cut off.
    #[error("it is no complete 64-bit ELF program")]
    NoProgram,
    /// For another processor.
    #[error("it is for machine {0} of the ELF list, and Function Compute runs x86-64 (62)")]
    OtherMachine(u16),
    /// It needs a loader, and with it a C library that is old enough.
    #[error("it is not static: it names a loader or libraries, and would start only where those are")]
    NotStatic,
}

/// Checks that a program is for x86-64 and needs nothing but the kernel.
pub fn check_static(program: &[u8]) -> Result<(), NotShippable> {
    let whole = program.len() >= HEADER_BYTES && program.starts_with(&MAGIC);
    if !whole {
        return Err(NotShippable::NoProgram);
    }
    let half = |at| half(program, at).ok_or(NotShippable::NoProgram);
    let machine = half(18)?;
    if machine != X86_64 {
        return Err(NotShippable::OtherMachine(machine));
    }
    let table = program.get(32..40).and_then(|bytes| bytes.try_into().ok());
    let table = table.map(u64::from_le_bytes).and_then(|at| usize::try_from(at).ok());
    let table = table.ok_or(NotShippable::NoProgram)?;
    let (size, rows) = (usize::from(half(54)?), usize::from(half(56)?));
    if size != ROW_BYTES || rows == 0 {
        return Err(NotShippable::NoProgram);
    }
    for row in 0..rows {
        let at = table.saturating_add(row * ROW_BYTES);
        let kind = program
            .get(at..at.saturating_add(4))
            .and_then(|bytes| bytes.try_into().ok());
        let kind = kind.map(u32::from_le_bytes).ok_or(NotShippable::NoProgram)?;
        if kind == INTERPRETER || kind == DYNAMIC {
            return Err(NotShippable::NotStatic);
        }
    }
    Ok(())
}

fn half(program: &[u8], at: usize) -> Option<u16> {
    let bytes = program.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

/// The smallest file that passes for a static program: for tests and examples. It does nothing.
pub fn sample_program() -> Vec<u8> {
    let mut program = vec![0; HEADER_BYTES + ROW_BYTES];
    let mut put = |at: usize, bytes: &[u8]| {
        for (place, byte) in program.iter_mut().skip(at).zip(bytes) {
            *place = *byte;
        }
    };
    put(0, &MAGIC);
    put(18, &X86_64.to_le_bytes());
    put(32, &[64]);
    put(54, &[56, 0, 1]);
    put(HEADER_BYTES, &[1]);
    program
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: usize, byte: u8, expected: NotShippable) {
        let mut program = sample_program();
        program[at] = byte;
        assert_eq!(check_static(&program), Err(expected));
    }

    #[test]
    fn only_static_programs_for_the_right_machine_are_shipped() {
        assert_eq!(check_static(&sample_program()), Ok(()));
        check(64, 2, NotShippable::NotStatic);
        check(64, 3, NotShippable::NotStatic);
        check(18, 183, NotShippable::OtherMachine(183));
        check(0, 0, NotShippable::NoProgram);
        check(4, 1, NotShippable::NoProgram);
        check(33, 9, NotShippable::NoProgram);
        assert_eq!(check_static(b"#!/bin/sh\n"), Err(NotShippable::NoProgram));
    }

    #[test]
    fn a_program_of_this_machine_is_told_apart() {
        // Tests are linked against the C library of the machine that they run on.
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        if cfg!(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64")) {
            assert_eq!(check_static(&this), Err(NotShippable::NotStatic));
        }
    }
}
