//! Which header of the C library declares a name: of those that headers use most and include least.

/// Headers, and the names in each that end in no width.
const NAMES: &[(&str, &str)] = &[
    ("complex.h", "complex I"),
    ("dirent.h", "DIR dirent"),
    ("limits.h", "CHAR_BIT INT_MAX LONG_MAX PATH_MAX UINT_MAX"),
    (
        "linux/types.h",
        "__u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64 __le16 __le32 __le64 __be16 __be32 __be64",
    ),
    (
        "net/ethernet.h",
        "ETH_ALEN ETHER_ADDR_LEN ether_addr ether_header",
    ),
    ("net/if.h", "IFNAMSIZ ifreq"),
    (
        "netinet/in.h",
        "in6_addr in_addr in_addr_t in_port_t sockaddr_in sockaddr_in6",
    ),
    ("pthread.h", "pthread_cond_t pthread_mutex_t pthread_t"),
    ("setjmp.h", "jmp_buf sigjmp_buf"),
    ("signal.h", "siginfo_t sigset_t"),
    ("stdarg.h", "va_list"),
    ("stdatomic.h", "atomic_bool atomic_int atomic_uint"),
    ("stdbool.h", "bool false true"),
    (
        "stddef.h",
        "NULL max_align_t offsetof ptrdiff_t size_t wchar_t",
    ),
    (
        "stdint.h",
        "int8_t int16_t int32_t int64_t intmax_t intptr_t uint8_t uint16_t uint32_t uint64_t uintmax_t uintptr_t",
    ),
    ("stdio.h", "BUFSIZ FILE"),
    (
        "sys/socket.h",
        "sa_family_t sockaddr sockaddr_storage socklen_t",
    ),
    ("sys/stat.h", "stat"),
    ("sys/time.h", "itimerval timeval timezone"),
    (
        "sys/types.h",
        "caddr_t dev_t gid_t ino_t mode_t nlink_t off_t pid_t ssize_t u_char u_int u_int16_t u_int32_t u_int64_t u_int8_t u_long u_short uid_t",
    ),
    ("sys/uio.h", "iovec"),
    ("termios.h", "termios"),
    ("time.h", "clock_t clockid_t time_t timespec tm"),
    ("uchar.h", "char16_t char32_t"),
    ("wchar.h", "mbstate_t wint_t"),
];

/// The header that declares a name.
pub(super) fn header(name: &str) -> Option<&'static str> {
    let has = |names: &str| names.split(' ').any(|known| known == name);
    let found = NAMES.iter().find(|(_, names)| has(names));
    found.map(|(header, _)| *header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_one_header() {
        let mut all: Vec<&str> = NAMES
            .iter()
            .flat_map(|(_, names)| names.split(' '))
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(header("uint8_t"), Some("stdint.h"));
        assert_eq!(header("vec3_t"), None);
    }
}
