//! The wasm build's way in, and what a module needs that no runtime brings: memory, and an end for
//! panics. Both are done as sp-io does them for a runtime.

use crate::{judge, Arithmetic, Case, Step};
use alloc::string::ToString;
use codec::Decode;
use core::{
    alloc::{GlobalAlloc, Layout},
    panic::PanicInfo,
    ptr, slice,
};

/// What the host aligns each allocation to.
const HOST_ALIGN: usize = 8;

#[link(wasm_import_module = "env")]
extern "C" {
    fn ext_allocator_malloc_version_1(size: usize) -> *mut u8;
    fn ext_allocator_free_version_1(ptr: *mut u8);
}

/// The allocator of the host, which also places the input and so has to know of all memory.
struct HostAllocator;

#[global_allocator]
static ALLOCATOR: HostAllocator = HostAllocator;

// SAFETY: until it is freed, an allocation of the host's is of nobody else; it is aligned to
// `HOST_ALIGN`, and nothing that needs more is asked for.
unsafe impl GlobalAlloc for HostAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > HOST_ALIGN {
            return ptr::null_mut();
        }
        ext_allocator_malloc_version_1(layout.size())
    }

    unsafe fn dealloc(&self, ptr: *mut u8, _: Layout) {
        ext_allocator_free_version_1(ptr)
    }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// [`crate::judge`] of the SCALE-encoded arguments; the verdict's text, its length in the upper half.
///
/// # Safety
/// `input` points to `len` bytes, as the executor sees to.
#[export_name = "judge"]
unsafe extern "C" fn judge_encoded(input: *const u8, len: usize) -> u64 {
    let mut input = slice::from_raw_parts(input, len);
    let verdict = match <(Arithmetic, Step, Case)>::decode(&mut input) {
        Ok((arithmetic, step, case)) => judge(arithmetic, step, &case),
        Err(error) => error.to_string(),
    };
    // The host reads it after the return, and drops the instance with all its memory.
    let verdict = verdict.leak();
    ((verdict.len() as u64) << 32) | verdict.as_ptr() as usize as u64
}
