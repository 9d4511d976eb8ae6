//! Whose a header is that a compiler calls the system's: the C library's, the compiler's, or another's.
//!
//! The kernel's headers and those of other libraries are one text for all machines, and are read like the user's own.

/// Folders of the C library, below where headers are.
const FOLDERS: [&str; 13] = [
    "bits",
    "sys",
    "gnu",
    "arpa",
    "net",
    "netinet",
    "rpc",
    "protocols",
    "asm",
    // What the kernel has where a machine has nothing of its own.
    "asm-generic",
    "secure_api",
    "machine",
    "sec_api",
];

/// Headers of ISO C, of POSIX and of glibc that are in no folder.
const NAMES: &str = " aio aliases alloca ar argp argz assert byteswap complex cpio crypt ctype dirent dlfcn elf endian envz err errno error execinfo expat_external fcntl features features-time64 fenv float fmtmsg fnmatch fpu_control fstab fts ftw gconv getopt glob grp gshadow iconv ifaddrs inttypes langinfo lastlog libgen libintl limits link locale malloc math mcheck memory mntent monetary mqueue netdb nl_types nss obstack paths poll printf proc_service pthread pty pwd re_comp regex regexp resolv sched search semaphore setjmp sgtty shadow signal spawn stab stdalign stdarg stdatomic stdbool stdc-predef stddef stdint stdio stdio_ext stdlib stdnoreturn string strings syscall sysexits syslog tar termio termios tgmath thread_db threads time ttyent uchar ucontext ulimit unistd utime utmp utmpx values wait wchar wctype wordexp alltypes ";

/// Whether a header belongs to the C library or to the compiler, of those that a compiler calls the system's.
pub(super) fn is_of_implementation(file: &str) -> bool {
    let is_compilers = ["/lib/gcc", "/lib/clang", "/lib/llvm", "/c++/"];
    if is_compilers.iter().any(|part| file.contains(part)) && !file.contains("/../") {
        return true;
    }
    // mingw's are many, and all of them are that system's.
    if file.contains("mingw32") || file.contains("/usr/include/c++") {
        return true;
    }
    let Some((_, below)) = file.rsplit_once("/include/") else {
        return true;
    };
    // Debian's headers of one machine are in a folder of its name.
    let below = match below.split_once('/') {
        Some((machine, below)) if machine.contains("-linux-") => below,
        _ => below,
    };
    match below.split_once('/') {
        Some((folder, _)) => FOLDERS.contains(&folder),
        None => {
            let name = below.strip_suffix(".h").unwrap_or(below);
            NAMES.contains(&format!(" {name} "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_the_c_library_and_of_the_compiler_are_told_from_others() {
        for file in [
            "/usr/include/x86_64-linux-gnu/bits/types.h",
            "/usr/include/pthread.h",
            "/usr/include/x86_64-linux-gnu/sys/stat.h",
            "/usr/lib/gcc/x86_64-linux-gnu/12/include/stddef.h",
            "/usr/lib/gcc-cross/arm-linux-gnueabihf/12/../../../../arm-linux-gnueabihf/include/time.h",
            "/usr/arm-linux-gnueabihf/include/bits/types.h",
            "/usr/x86_64-w64-mingw32/include/winsock2.h",
            "/usr/include/c++/12/cstdint",
            "/usr/include/x86_64-linux-gnu/c++/12/bits/c++config.h",
        ] {
            assert!(is_of_implementation(file), "{file}");
        }
        for file in [
            "/usr/include/linux/types.h",
            "/usr/include/zlib.h",
            "/usr/include/glib-2.0/glib.h",
            "/usr/include/x86_64-linux-gnu/openssl/opensslconf.h",
        ] {
            assert!(!is_of_implementation(file), "{file}");
        }
    }
}
