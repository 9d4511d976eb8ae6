//! Wireshark: a dissector in Lua, for its versions from 3.0 on. <https://www.wireshark.org/docs/wsdg_html_chunked/wsluarm_modules.html>

use std::fmt::Write as _;

use super::{Generated, Port, is_signed, pieces};
use crate::form::{Cell, Meaning};
use layout::abi::ByteOrder;

const COMMENT: (&str, &str) = ("-- ", "");

/// Words that Lua keeps for itself (Lua 5.4, 3.1), and which no other language of ours does.
const KEPT: [&str; 8] = [
    "elseif", "end", "function", "local", "nil", "repeat", "then", "until",
];

pub(super) fn file(port: &Port) -> Generated {
    let Port { stem, form, .. } = port;
    let mut text = String::new();
    for line in port.about() {
        let _ = writeln!(text, "-- {line}");
    }
    let _ = write!(
        text,
        "-- `wireshark -X lua_script:{stem}_wire.lua` loads it. What it is spoken on is yours to say:\n-- DissectorTable.get(\"udp.port\"):add(PORT, Dissector.get(\"{stem}_wire\"))\n\nlocal wire = Proto(\"{stem}_wire\", {})\nlocal OCTETS = {}\nlocal f = wire.fields\n\n",
        quoted(&port.name),
        form.size
    );
    for (name, cell) in port.fields.iter().zip(&form.cells) {
        let _ = writeln!(text, "{} = {}", field(name), declared(stem, name, cell));
    }
    let _ = write!(
        text,
        "\nfunction wire.dissector(buffer, pinfo, tree)\n  if buffer:len() < OCTETS then return 0 end\n  pinfo.cols.protocol = wire.name\n  local record = tree:add(wire, buffer(0, OCTETS))\n"
    );
    for (name, cell) in port.fields.iter().zip(&form.cells) {
        add(name, cell, &mut text);
    }
    text.push_str("  return OCTETS\nend\n\nreturn wire\n");
    Generated {
        name: format!("{stem}_wire.lua"),
        text,
        comment: COMMENT,
    }
}

fn field(name: &str) -> String {
    match KEPT.contains(&name) {
        true => format!("f[\"{name}\"]"),
        false => format!("f.{name}"),
    }
}

/// A string of Lua.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{text}\"")
}

fn declared(stem: &str, name: &str, cell: &Cell) -> String {
    let called = format!("\"{stem}_wire.{name}\", {}", quoted(&cell.path));
    let described = match &cell.meaning {
        Meaning::Integer { is_time: true, .. } => {
            format!("{}, seconds since 1970", cell.declared_type())
        }
        _ => cell.declared_type(),
    };
    let described = quoted(&described);
    let number = || {
        let sign = if is_signed(cell) { "" } else { "u" };
        let bits = super::holder(cell.bit_size);
        format!("ProtoField.{sign}int{bits}")
    };
    match &cell.meaning {
        Meaning::Bool => format!("ProtoField.bool({called}, base.NONE, nil, nil, {described})"),
        Meaning::Char if cell.elements.is_some() => {
            format!("ProtoField.string({called}, base.ASCII, {described})")
        }
        Meaning::Float(_) if cell.bit_size == 32 => {
            format!("ProtoField.float({called}, {described})")
        }
        Meaning::Float(_) => format!("ProtoField.double({called}, {described})"),
        Meaning::Pointer => {
            format!("{}({called}, base.HEX, nil, nil, {described})", number())
        }
        // Names are looked up by 32 bits.
        Meaning::Enum { names, .. } if !names.is_empty() && cell.bit_size <= 32 => {
            let names = names
                .iter()
                .map(|one| format!("[{}] = {}", one.value, quoted(&one.name)));
            let names = names.collect::<Vec<_>>().join(", ");
            format!(
                "{}({called}, base.DEC, {{{names}}}, nil, {described})",
                number()
            )
        }
        _ => format!("{}({called}, base.DEC, nil, nil, {described})", number()),
    }
}

fn add(name: &str, cell: &Cell, text: &mut String) {
    let field = field(name);
    let (octet, octets) = (cell.bit_offset / 8, cell.bit_size / 8);
    if cell.is_bit_field {
        let end = cell.bit_end().div_ceil(8);
        let _ = writeln!(
            text,
            "  record:add({field}, buffer({octet}, {}), {})",
            end - octet,
            bits(cell)
        );
        return;
    }
    let add = match cell.order {
        ByteOrder::Little if octets > 1 => "add_le",
        _ => "add",
    };
    let _ = match (cell.elements, &cell.meaning) {
        (None, _) => writeln!(text, "  record:{add}({field}, buffer({octet}, {octets}))"),
        (Some(0), _) => Ok(()),
        (Some(count), Meaning::Char) => {
            // Up to the first zero.
            writeln!(
                text,
                "  record:add({field}, buffer({octet}, {count}), buffer({octet}, {count}):string())"
            )
        }
        (Some(count), _) => writeln!(
            text,
            "  for i = 0, {} do record:{add}({field}, buffer({octet} + {octets} * i, {octets})) end",
            count - 1
        ),
    };
}

/// The value of a bit-field. Lua 5.2 has numbers of 53 bits and no operators for them; a wider one is computed with Wireshark's.
fn bits(cell: &Cell) -> String {
    let wide = cell.bit_size > 32;
    let parts = pieces(cell).into_iter().map(|piece| {
        let octet = format!("buffer({}, 1)", piece.octet);
        // From its most significant bit on.
        let width = u64::from(piece.mask.count_ones());
        let part = match width {
            8 => format!("{octet}:uint()"),
            _ => format!("{octet}:bitfield({}, {width})", 8 - piece.shift - width),
        };
        match (wide, piece.value_shift) {
            (true, 0) => format!("UInt64({part})"),
            (true, shift) => format!("UInt64({part}):lshift({shift})"),
            (false, 0) => part,
            (false, shift) => format!("{part} * {}", 1_u64 << shift),
        }
    });
    let value = parts.collect::<Vec<_>>().join(" + ");
    match (&cell.meaning, wide) {
        (Meaning::Bool, _) => format!("{value} ~= 0"),
        // The sign is the highest bit of the field.
        (_, true) if is_signed(cell) => {
            let unused = 64 - cell.bit_size;
            format!(
                "(function(v) return Int64(v:lower(), v:higher()):lshift({unused}):arshift({unused}) end)({value})"
            )
        }
        (_, false) if is_signed(cell) => {
            let sign = 1_u64 << (cell.bit_size - 1);
            format!("({value} + {sign}) % {} - {sign}", sign * 2)
        }
        _ => value,
    }
}

/// A script that prints what Wireshark has read of each packet.
pub(super) fn prover(port: &Port) -> Generated {
    let Port { stem, form, .. } = port;
    let mut text = format!(
        "local wire = dofile(\"{stem}_wire.lua\")\nDissectorTable.get(\"wtap_encap\"):add(wtap.USER0, wire)\n\n{BITS}\nlocal printed = {{\n"
    );
    for (name, cell) in port.fields.iter().zip(&form.cells) {
        let how = match &cell.meaning {
            Meaning::Bool => "truth",
            Meaning::Char if cell.elements.is_some() => "characters",
            Meaning::Float(_) if cell.bit_size == 32 => "single",
            Meaning::Float(_) => "double",
            _ => "number",
        };
        let _ = writeln!(
            text,
            "  {{ \"{name}\", Field.new(\"{stem}_wire.{name}\"), {how} }},"
        );
    }
    text.push_str("}\n\nlocal tap = Listener.new(\"frame\")\nfunction tap.packet()\n  for _, one in ipairs(printed) do\n    for _, info in ipairs({ one[2]() }) do one[3](one[1], info) end\n  end\nend\n");
    Generated {
        name: format!("{stem}_prove.lua"),
        text,
        comment: COMMENT,
    }
}

/// How values are printed: numbers as they are, of a floating-point number the bits, of text the octets that it was read from.
const BITS: &str = r#"local function put(name, value) print(name .. "=" .. value) end
local function number(name, info) put(name, string.format("%s", tostring(info.value))) end
local function truth(name, info) put(name, info.value and 1 or 0) end
local function characters(name, info)
  local octets = info.range:bytes()
  for i = 0, octets:len() - 1 do put(name, octets:get_index(i)) end
end
local function bits(value, exponent_bits, fraction_bits)
  local least = 2 - 2 ^ (exponent_bits - 1)
  local sign = (value < 0 or 1 / value < 0) and 1 or 0
  value = math.abs(value)
  local exponent = 0
  while value >= 2 do value, exponent = value / 2, exponent + 1 end
  while value < 1 and exponent > least do value, exponent = value * 2, exponent - 1 end
  if value >= 1 then value, exponent = value - 1, exponent + 1 end
  local field = sign * 2 ^ exponent_bits + exponent - least
  local fraction = value * 2 ^ fraction_bits
  local high = fraction_bits % 32
  local top = math.floor(fraction / 2 ^ (fraction_bits - high))
  if fraction_bits < 32 then return string.format("%.0f", field * 2 ^ fraction_bits + fraction) end
  return tostring(UInt64(fraction % 2 ^ 32, field * 2 ^ high + top))
end
local function single(name, info) put(name, bits(info.value, 8, 23)) end
local function double(name, info) put(name, bits(info.value, 11, 52)) end
"#;
