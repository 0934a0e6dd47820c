//! Bytes built by hand, so that wrong ones can be built too.

/// A head of major type `major` with the shortest length.
pub fn head(major: u8, n: u64) -> Vec<u8> {
    let tag = major << 5;
    match n {
        0..=23 => vec![tag | n as u8],
        24..=0xFF => vec![tag | 24, n as u8],
        0x100..=0xFFFF => [vec![tag | 25], (n as u16).to_be_bytes().to_vec()].concat(),
        0x1_0000..=0xFFFF_FFFF => [vec![tag | 26], (n as u32).to_be_bytes().to_vec()].concat(),
        _ => [vec![tag | 27], n.to_be_bytes().to_vec()].concat(),
    }
}

pub fn uint(n: u64) -> Vec<u8> {
    head(0, n)
}

pub fn bytes(raw: &[u8]) -> Vec<u8> {
    [head(2, raw.len() as u64), raw.to_vec()].concat()
}

pub fn text(raw: &str) -> Vec<u8> {
    [head(3, raw.len() as u64), raw.as_bytes().to_vec()].concat()
}

pub fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len() as u64), items.concat()].concat()
}

pub fn null() -> Vec<u8> {
    vec![0xF6]
}

/// Positions of an event body.
pub mod at {
    pub const RULES: usize = 0;
    pub const WS: usize = 1;
    pub const FORM: usize = 2;
    pub const KIND: usize = 3;
    pub const PERSON: usize = 4;
    pub const EPOCH: usize = 6;
    pub const CITES: usize = 7;
    pub const PREV: usize = 8;
    pub const CONTENT: usize = 11;
    pub const STEP: usize = 13;
    pub const PLAN: usize = 14;
    pub const LOG: usize = 15;
    pub const WALL: usize = 16;
    pub const ARGS: usize = 17;
    pub const NONCE: usize = 18;
}

/// The 19 fields of a valid Create.
pub fn create() -> Vec<Vec<u8>> {
    vec![
        uint(1),
        bytes(&[1; 16]),
        null(),
        uint(1),
        bytes(&[2; 16]),
        bytes(&[3; 32]),
        array(&[uint(1), bytes(&[4; 32])]),
        array(&[]),
        null(),
        null(),
        null(),
        null(),
        bytes(&[5; 32]),
        null(),
        null(),
        array(&[bytes(&[6; 16]), uint(1), null()]),
        uint(0),
        bytes(&array(&[text("permission"), bytes(&[7; 16])])),
        bytes(&[8; 16]),
    ]
}

/// A valid Create with one field replaced.
pub fn create_with(field: usize, value: Vec<u8>) -> Vec<u8> {
    let mut fields = create();
    fields[field] = value;
    array(&fields)
}

/// The fields of a valid Submit with this plan.
pub fn submit(plan: &[u8], args: &[u8]) -> Vec<u8> {
    let mut fields = create();
    fields[at::FORM] = bytes(&[9; 32]);
    fields[at::KIND] = uint(3);
    fields[at::CITES] = array(&[bytes(&[9; 32])]);
    fields[10] = bytes(&[9; 32]);
    fields[at::CONTENT] = bytes(&[10; 32]);
    fields[at::PLAN] = bytes(plan);
    fields[at::ARGS] = bytes(args);
    array(&fields)
}

/// The 8 fields of a valid step.
pub fn step() -> Vec<Vec<u8>> {
    vec![array(&[text("clerk")]), null(), uint(1), null(), array(&[]), uint(0), uint(0), uint(0)]
}

/// A plan of one step with one field replaced.
pub fn plan_with(field: usize, value: Vec<u8>) -> Vec<u8> {
    let mut fields = step();
    fields[field] = value;
    array(&[array(&fields)])
}

/// A snapshot with these fields.
pub fn snapshot(fields: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let pairs: Vec<_> = fields.iter().map(|(key, value)| array(&[text(key), value.clone()])).collect();
    array(&[uint(1), bytes(&[5; 32]), array(&pairs), array(&[]), array(&[])])
}
