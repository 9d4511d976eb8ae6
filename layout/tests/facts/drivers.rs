//! The table of drivers, against those that are here.

use std::collections::BTreeMap;

use crossum_layout::drivers;
use crossum_layout::macros::Language;

use crate::asked;

#[test]
fn every_driver_here_defines_what_its_row_says() {
    for driver in drivers::builtin() {
        for program in &driver.programs {
            let version = match asked::version::<&str>(program, &[]) {
                Ok(version) => version,
                Err(why) => {
                    println!("could not run: {program} of {}: {why}", driver.system);
                    continue;
                }
            };
            if version != driver.version {
                println!(
                    "could not run: {program} of {}: here is {version}",
                    driver.system
                );
                continue;
            }
            let mut macros = asked::macros(program, &driver.args, Language::C).unwrap();
            let is_asked =
                |name: &String| ["_TIME_BITS", "_FILE_OFFSET_BITS"].contains(&name.as_str());
            macros.retain(|name, _| is_asked(name));
            assert_eq!(
                macros, driver.defines,
                "{program} {:?} of {}",
                driver.args, driver.system
            );
        }
    }
}

#[test]
fn defaults_are_found_by_program_and_version() {
    let of = |program, version| drivers::defaults(program, version).map(BTreeMap::len);
    assert_eq!(of("arm-linux-gnueabihf-gcc", "12.2.0"), Some(0));
    assert_eq!(of("arm-linux-gnueabihf-gcc", "14.2.0"), Some(2));
    assert_eq!(of("i686-linux-gnu-gcc", "14.2.0"), Some(0));
    assert_eq!(of("s390x-linux-gnu-gcc", "14.2.0"), None);
}
