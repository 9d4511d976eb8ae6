//! What a text asks of the machine that it is compiled for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use layout::abi::Typedef;

use super::constant::{Constant, constants};
use super::groups::Answers;
use super::library;
use super::text::Text;
use super::tokens::{is_name, tokens};
use super::typedef_name;
use super::user::{HAS_INCLUDE, User};

/// What a text asks.
pub(super) struct Questions {
    /// Whether its own lines ask about macros that are not the same on all machines.
    pub(super) macros: bool,
    /// Whether they ask what the build decided about times and file offsets.
    pub(super) build: bool,
    /// Macros of the C library's headers, and headers of it that are looked for, by which its own lines decide what types they declare: what they are in another library is not known.
    pub(super) library_macros: BTreeSet<String>,
    /// Such macros in the declarations themselves.
    pub(super) library_values: BTreeSet<String>,
    /// By the names of the types.
    pub(super) types: BTreeMap<String, Arc<OfType>>,
}

/// What one type asks.
#[derive(Clone, Debug, Default)]
pub(super) struct OfType {
    /// The constants that are the machine's.
    pub(super) constants: Vec<Constant>,
    /// The types of the C library that it is made of and that no table of ABIs has.
    pub(super) library: Vec<String>,
    /// Whether macros of the system stand in its declaration.
    pub(super) is_expanded: bool,
    /// Whether names of the system stand in it whose declarations are other ones where a `long` has 32 bits.
    pub(super) is_of_data_model: bool,
    /// Whether names of the system stand in it that only a machine's own headers explain: times, and others that a build or a driver may move.
    pub(super) is_of_headers: bool,
}

impl Questions {
    /// What `text` asks, of which these are the types; `machines` are the answers that there are, and whether somebody has none.
    pub(super) fn of(
        text: &Text,
        names: &[String],
        machines: impl FnOnce() -> Vec<Answers>,
        is_anybody_unknown: impl Fn() -> bool,
        options: &[String],
    ) -> Questions {
        let mut user = User::of(text);
        let words = options
            .iter()
            .flat_map(|option| tokens(option))
            .filter(|word| is_name(word));
        user.words.extend(words.map(str::to_owned));
        let named = options.iter().filter_map(|option| option.split('=').next());
        user.defined.extend(named.map(str::to_owned));
        let looked_for = user.deciding.iter();
        let looked_for = looked_for.filter(|name| name.starts_with(HAS_INCLUDE));
        let mut library_macros: BTreeSet<String> = looked_for.cloned().collect();
        let mut library_values = BTreeSet::new();
        // What a build decided is not the same on all machines, whether or not it is defined here.
        let build = user.deciding.iter().any(|name| is_of_build(name));
        let mut macros = build;
        // A preprocessor lists a macro once, wherever it is asked about first: whether the user's own lines ask about it is seen in them.
        let asked = text.asked.iter().filter(|(name, asked)| {
            let is_guard = asked.body.is_none() && user.defined.contains(*name) && is_guard(name);
            user.words.contains(*name) && !is_guard
        });
        let asked: Vec<_> = asked.collect();
        // The tables are large, and most texts ask nothing.
        let machines = if asked.is_empty() {
            Vec::new()
        } else {
            machines()
        };
        for (name, asked) in asked {
            // What a compiler predefines that nobody has asked, a text may ask.
            macros |= name.starts_with('_')
                && !user.defined.contains(name)
                && !is_the_same_everywhere(name)
                && is_anybody_unknown();
            let said: BTreeSet<_> = machines.iter().map(|answers| answers.get(name)).collect();
            if said.iter().any(Option::is_some) {
                // This machine, on which it was read, need not be one of those that were asked for.
                let here = asked.body.as_ref();
                macros |= said.len() > 1 || said.iter().any(|said| !is_same_body(*said, here));
            } else if asked.body.is_some()
                && !user.defined.contains(name)
                && !is_the_same_everywhere(name)
            {
                macros = true;
                if !is_of_compiler(name) && user.deciding.contains(name) {
                    library_macros.insert(name.clone());
                }
                if !is_of_compiler(name) && user.declaring.contains(name) {
                    let is_predefined =
                        |name: &str| machines.iter().any(|answers| answers.contains_key(name));
                    // A preprocessor marks where a header's macro stands, but not where it was another name for one of the compiler's.
                    if is_predefined(behind(text, name)) {
                        library_macros.insert(name.clone());
                    } else {
                        library_values.insert(name.clone());
                    }
                }
            }
        }
        let mut known = HashMap::new();
        let types = names
            .iter()
            .map(|name| (name.clone(), OfType::shared(text, name, &mut known)));
        Questions {
            macros,
            build,
            library_macros,
            library_values,
            types: types.collect(),
        }
    }

    /// Whether constants of a machine are asked for.
    pub(super) fn has_constants(&self) -> bool {
        self.types.values().any(|of| !of.constants.is_empty())
    }

    /// Whether all machines that have a type lay out one and the same declaration.
    pub(super) fn is_none(&self) -> bool {
        let asks = |of: &Arc<OfType>| !of.constants.is_empty() || !of.library.is_empty();
        !self.macros && self.library_macros.is_empty() && !self.types.values().any(asks)
    }
}

impl OfType {
    /// Whether it lies on any machine as the model has its declaration, whoever compiled that.
    pub(super) fn is_plain(&self) -> bool {
        self.constants.is_empty() && self.library.is_empty() && !self.is_of_headers
    }

    /// What a type asks. It is worked out once, and kept by its name; for all types that depend on the whole text it is the same, and has none.
    pub(super) fn shared(
        text: &Text,
        name: &str,
        known: &mut HashMap<String, Arc<OfType>>,
    ) -> Arc<OfType> {
        let key = if text.reaches_all(name) { "" } else { name };
        if let Some(known) = known.get(key) {
            return Arc::clone(known);
        }
        let of = Arc::new(OfType::of(text, name));
        known.insert(key.to_owned(), Arc::clone(&of));
        of
    }

    fn of(text: &Text, name: &str) -> OfType {
        let reach = text.reach(name);
        OfType {
            constants: constants(text, &reach),
            library: library::names(text, &reach).map(str::to_owned).collect(),
            is_expanded: reach.is_expanded(),
            is_of_data_model: reach
                .system
                .iter()
                .any(|name| !is_narrow(name) && !library::has_mode(name)),
            is_of_headers: reach.system.iter().any(|name| !is_of_abi(name)),
        }
    }
}

/// Whether a macro is defined in the same way here and there, but for spaces.
fn is_same_body(one: Option<&String>, other: Option<&String>) -> bool {
    let tokens = |body: &String| body.split_whitespace().collect::<String>();
    one.map(tokens) == other.map(tokens)
}

/// Whether a macro says what a build decided about times and file offsets.
fn is_of_build(name: &str) -> bool {
    matches!(
        name,
        "_TIME_BITS"
            | "_FILE_OFFSET_BITS"
            | "__USE_TIME_BITS64"
            | "__USE_FILE_OFFSET64"
            | "__TIMESIZE"
    )
}

/// The macro that a macro is another name for, after as many as there are.
fn behind<'t>(text: &'t Text, name: &'t str) -> &'t str {
    /// Each is another one, unless a preprocessor would not have ended.
    const MAX_NAMES: usize = 32;
    let next = |name: &&'t str| {
        let body = text.asked.get(*name)?.body.as_deref()?;
        is_name(body)
            .then_some(body)
            .filter(|body| text.asked.contains_key(*body))
    };
    let names = std::iter::successors(Some(name), next);
    names.take(MAX_NAMES).last().unwrap_or(name)
}

/// Whether what a name of the system means follows from the ABI alone.
fn is_of_abi(name: &str) -> bool {
    let is_sized = || typedef_name::promised(name).is_some_and(|_| typedef_name::is_modelled(name));
    matches!(
        Typedef::named(name),
        Some(Typedef::Size | Typedef::Ssize | Typedef::Ptrdiff | Typedef::Intptr)
    ) || is_sized()
}

/// Whether a name of the system is an integer of at most 32 bits, which is declared alike on all machines.
fn is_narrow(name: &str) -> bool {
    let width = typedef_name::promised(name).filter(|_| typedef_name::is_modelled(name));
    width.is_some_and(|width| width <= 32)
}

/// The macros by which machines are told apart that see different texts of the user's: those that the user's own lines ask about, and the data model, from which the headers of the system make `<limits.h>` and `<stdint.h>`. Where those lines ask about another macro of a header, everything that was asked counts.
pub(super) fn distinguishing(
    text: &Text,
    is_predefined: impl Fn(&str) -> bool,
    options: &[String],
) -> BTreeSet<String> {
    let mut user = User::of(text);
    let words = options
        .iter()
        .flat_map(|option| tokens(option))
        .filter(|word| is_name(word));
    user.words.extend(words.map(str::to_owned));
    let is_users = |name: &String| user.words.contains(name);
    let is_of_header = |name: &String| {
        !is_predefined(name)
            && !user.defined.contains(name)
            && !is_the_same_everywhere(name)
            && !is_of_compiler(name)
    };
    let is_defined = text.asked.iter().filter(|(_, asked)| asked.body.is_some());
    let all = is_defined
        .map(|(name, _)| name)
        .any(|name| is_users(name) && is_of_header(name));
    let asked = text.asked.keys();
    asked
        .filter(|name| all || is_users(name) || is_data_model(name))
        .cloned()
        .collect()
}

/// Whether a compiler says by a macro how wide its types are, how they are signed, or in which order their octets lie.
pub(super) fn is_data_model(name: &str) -> bool {
    let parts = [
        "SIZEOF", "_MAX", "_MIN", "_WIDTH", "_DIG", "_EXP", "_EPSILON", "_BIT", "ORDER", "LP64",
        "LP32", "UNSIGNED",
    ];
    name.starts_with("__") && name.ends_with("__") && parts.iter().any(|part| name.contains(part))
}

/// Whether a macro is named as those that keep a header from being read twice.
fn is_guard(name: &str) -> bool {
    let name = name.trim_end_matches('_').to_ascii_uppercase();
    ["H", "HH", "HPP", "HXX", "INCLUDED"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Macros of the language itself and of its own headers that say the same on every machine.
fn is_the_same_everywhere(name: &str) -> bool {
    let sized = name.strip_prefix('U').unwrap_or(name).strip_prefix("INT");
    let width = sized.and_then(|rest| rest.split('_').next());
    matches!(
        name,
        "NULL"
            | "offsetof"
            | "true"
            | "false"
            | "bool"
            | "assert"
            | "static_assert"
            | "__STDC__"
            | "__STDC_VERSION__"
            | "__STDC_HOSTED__"
            | "__cplusplus"
    ) || name.starts_with("va_")
        || matches!(width, Some("8" | "16" | "32" | "64"))
}

/// Macros whose value follows from what the compiler predefines, in whichever library's header they are: those of `<limits.h>`, `<stdint.h>`, `<float.h>` and `<endian.h>`.
fn is_of_compiler(name: &str) -> bool {
    const INTEGERS: [&str; 18] = [
        "CHAR", "SCHAR", "UCHAR", "SHRT", "USHRT", "INT", "UINT", "LONG", "ULONG", "LLONG",
        "ULLONG", "INTPTR", "UINTPTR", "INTMAX", "UINTMAX", "PTRDIFF", "SIZE", "WCHAR",
    ];
    let ends = ["_MAX", "_MIN", "_WIDTH"];
    let of = ends.iter().find_map(|end| name.strip_suffix(end));
    let is_limit = of.is_some_and(|of| {
        let least = of.strip_prefix('U').unwrap_or(of).starts_with("INT_LEAST");
        least || INTEGERS.contains(&of)
    });
    let is_of_float = ["FLT_", "DBL_", "LDBL_"]
        .iter()
        .any(|begin| name.starts_with(begin));
    is_limit || is_of_float || matches!(name, "CHAR_BIT" | "DECIMAL_DIG" | "__BITS_PER_LONG")
}

/// Macros of `<endian.h>` and of Linux's `<asm/byteorder.h>`, which follow from what the compiler predefines wherever there are these headers; elsewhere a name that is not defined counts for 0, and two of them are equal.
pub(super) fn is_order(name: &str) -> bool {
    name.contains("BYTE_ORDER") || name.contains("ENDIAN") || name == "__FLOAT_WORD_ORDER"
}

/// Whether a macro of glibc or of the kernel is not the same on all machines that have these: numbers of calls, errors, signals and options, and what is measured in registers and pages.
pub(super) fn is_of_machine(name: &str) -> bool {
    const BEGINS: [&str; 23] = [
        "O_",
        "F_",
        "SO_",
        "SOCK_",
        "SIG",
        "SA_",
        "TIOC",
        "MAP_",
        "MADV_",
        "RLIM",
        "FE_",
        "EPOLL",
        "EFD_",
        "IN_",
        "SFD_",
        "TFD_",
        "SYS_",
        "__NR_",
        "HWCAP",
        "POLL",
        "_JB",
        "ELF_N",
        "__SIZEOF_PTHREAD",
    ];
    const NAMES: [&str; 10] = [
        "NSIG",
        "_NSIG",
        "NCCS",
        "PTHREAD_STACK_MIN",
        "MINSIGSTKSZ",
        "PAGE_SIZE",
        "EXEC_PAGESIZE",
        "HZ",
        "SHMLBA",
        "__SYSCALL_WORDSIZE",
    ];
    let is_error = name.len() > 2
        && name.starts_with('E')
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    is_error && name != "EOF"
        || BEGINS.iter().any(|begin| name.starts_with(begin))
        || NAMES.contains(&name)
        || name.contains("_MATCHES_")
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn machines_are_distinguished_by_what_the_users_lines_ask_and_the_data_model() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.h");
        let asked = "#define __x86_64__ 1\n#define __SIZEOF_LONG__ 8\n#define UINTPTR_MAX 1UL\n#undef _WIN32\n#define __GLIBC__ 2\n";
        let told = |source: &str| {
            std::fs::write(&file, source).unwrap();
            let text = Text::of(&format!("# 1 \"{}\"\n{asked}", file.display()), false);
            let is_predefined =
                |name: &str| matches!(name, "__x86_64__" | "__SIZEOF_LONG__" | "_WIN32");
            let names = distinguishing(&text, is_predefined, &[]);
            names.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            told("#if UINTPTR_MAX > 1\n#endif"),
            "UINTPTR_MAX __SIZEOF_LONG__"
        );
        assert_eq!(told("#ifdef _WIN32\n#endif"), "_WIN32 __SIZEOF_LONG__");
        // A macro of a header may follow from anything.
        assert_eq!(
            told("#ifdef __GLIBC__\n#endif"),
            "UINTPTR_MAX _WIN32 __GLIBC__ __SIZEOF_LONG__ __x86_64__"
        );
    }

    #[test]
    fn limits_and_byte_orders_follow_from_the_compiler_and_the_librarys_own_do_not() {
        for name in [
            "UINTPTR_MAX",
            "LONG_MAX",
            "CHAR_BIT",
            "LDBL_DIG",
            "INT_LEAST16_MAX",
        ] {
            assert!(is_of_compiler(name), "{name}");
        }
        for name in ["__BYTE_ORDER", "BIG_ENDIAN", "__LITTLE_ENDIAN_BITFIELD"] {
            assert!(is_order(name) && !is_of_compiler(name), "{name}");
        }
        for name in [
            "__GLIBC__",
            "PATH_MAX",
            "_POSIX_PATH_MAX",
            "SOCK_STREAM",
            // glibc has it, and Microsoft and Apple have not.
            "__WORDSIZE",
            // 16 bits in Apple's library, 64 in glibc.
            "INT_FAST16_MAX",
            "SSIZE_MAX",
            "RAND_MAX",
        ] {
            assert!(!is_of_compiler(name), "{name}");
        }
        for name in [
            "NULL",
            "UINT32_MAX",
            "INT8_C",
            "va_start",
            "__STDC_VERSION__",
            "__STDC_HOSTED__",
        ] {
            assert!(is_the_same_everywhere(name), "{name}");
        }
        assert!(!is_the_same_everywhere("UINTPTR_MAX"));
    }

    #[test]
    fn numbers_of_signals_and_options_are_the_machines() {
        // SIGRTMAX is 127 on mips, O_DIRECT 0x10000 on arm, ETIMEDOUT 60 on alpha.
        for name in [
            "NSIG",
            "SIGRTMAX",
            "O_DIRECT",
            "ETIMEDOUT",
            "NCCS",
            "__NR_read",
        ] {
            assert!(is_of_machine(name), "{name}");
        }
        for name in [
            "PATH_MAX",
            "IFNAMSIZ",
            "BUFSIZ",
            "EOF",
            "EXIT_SUCCESS",
            "__GLIBC__",
        ] {
            assert!(!is_of_machine(name), "{name}");
        }
    }

    #[test]
    fn a_type_is_plain_where_its_declaration_and_the_abi_say_all() {
        let text = Text::of(
            "# 1 \"own.h\"\n# 1 \"/usr/include/time.h\" 1 3 4\ntypedef long int64_t;\ntypedef unsigned long size_t;\ntypedef long time_t;\ntypedef struct { char c[40]; } sem_t;\n# 2 \"own.h\" 2\nstruct plain { int64_t a; size_t b; struct plain *next; };\nstruct times { time_t a; };\nstruct room { char a[sizeof(long)]; };\nstruct lock { sem_t a; };\n",
            false,
        );
        for (name, is_plain) in [
            ("struct plain", true),
            // A driver may have moved it.
            ("struct times", false),
            ("struct room", false),
            ("struct lock", false),
        ] {
            assert_eq!(OfType::of(&text, name).is_plain(), is_plain, "{name}");
        }
    }

    #[test]
    fn what_one_machine_alone_is_asked_is_compared_with_what_was_read_here() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.h");
        std::fs::write(
            &file,
            "#if __SIZEOF_LONG__ > 4\nstruct s { int a; };\n#endif\n",
        )
        .unwrap();
        let text = format!("# 1 \"{}\"\n#define __SIZEOF_LONG__ 8\n", file.display());
        let text = Text::of(&text, false);
        for (there, asks) in [("8", false), ("4", true)] {
            let one = || vec![[("__SIZEOF_LONG__".to_owned(), there.to_owned())].into()];
            let questions = Questions::of(&text, &["struct s".to_owned()], one, || false, &[]);
            assert_eq!(questions.macros, asks, "{there}");
        }
    }

    #[test]
    fn a_text_may_ask_what_the_compiler_predefines_that_is_not_known() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.h");
        for (name, is_unknown, asks) in [
            ("_MSC_VER", true, true),
            ("_MSC_VER", false, false),
            ("__STDC_VERSION__", true, false),
            ("MY_OPTION", true, false),
        ] {
            std::fs::write(&file, format!("#ifdef {name}\nstruct s;\n#endif\n")).unwrap();
            let text = format!("# 1 \"{}\"\n#undef {name}\n", file.display());
            let text = Text::of(&text, false);
            let questions = Questions::of(&text, &[], Vec::new, || is_unknown, &[]);
            assert_eq!(questions.macros, asks, "{name} {is_unknown}");
        }
    }

    #[test]
    fn for_a_text_that_asks_nothing_no_table_is_read() {
        let text = Text::of("# 1 \"no-such.h\"\nstruct s { int a; };\n", false);
        let (tables, unknown) = (Cell::new(false), Cell::new(false));
        let names = ["struct s".to_owned()];
        let table = || {
            tables.set(true);
            Vec::new()
        };
        let is_unknown = || {
            unknown.set(true);
            true
        };
        let questions = Questions::of(&text, &names, table, is_unknown, &[]);
        assert!(questions.is_none());
        assert_eq!((tables.get(), unknown.get()), (false, false));
    }

    #[test]
    fn what_another_name_of_a_compilers_macro_decides_it_decides_for_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.h");
        std::fs::write(&file, "struct s { char a[SSIZE_MAX > 1], b[PATH_MAX]; };\n").unwrap();
        let text = format!(
            "# 1 \"{}\"\nstruct s {{ char a[0x7fL > 1], b[4096]; }};\n#define __LONG_MAX__ 0x7fL\n#define LONG_MAX __LONG_MAX__\n#define SSIZE_MAX LONG_MAX\n#define PATH_MAX 4096\n",
            file.display()
        );
        let text = Text::of(&text, false);
        let predefined = || vec![[("__LONG_MAX__".to_owned(), "0x7fL".to_owned())].into()];
        let questions = Questions::of(&text, &["struct s".to_owned()], predefined, || false, &[]);
        assert_eq!(questions.library_macros, ["SSIZE_MAX".to_owned()].into());
        assert_eq!(questions.library_values, ["PATH_MAX".to_owned()].into());
    }
}
