//! Registry forks (G2, F12): random heaps of entries, some signed twice, some settled by the root quorum.

use crate::world::chance::Chance;
use qianban_journal::{
    Certificate, Change, DeviceId, Digest, Incarnation, KEYED_TEST, Mutation, NoBlobs, PersonId, Quorum,
    RegistryChain, RegistryEntry, RegistryError, Settled, Signer, TestKey, WorkspaceId, with_mutation,
};
use std::collections::BTreeMap;

const WS: WorkspaceId = WorkspaceId([7; 16]);
const FOUNDER: TestKey = TestKey([1; 32]);
const ROOT: TestKey = TestKey([2; 32]);
const NEW_ADMIN: TestKey = TestKey([3; 32]);

fn quorum(key: &TestKey) -> Quorum {
    Quorum::single(PersonId([1; 16]), key.public())
}

fn entry(before: Option<&RegistryEntry>, body: Change, key: &TestKey) -> RegistryEntry {
    let number = before.map_or(1, |before| before.number + 1);
    let prev = before.map(RegistryEntry::hash);
    let mut entry = RegistryEntry { ws: WS, number, prev, body, sigs: Vec::new() };
    entry.sign(0, key).expect("a key in memory signs");
    entry
}

fn setting(value: u64) -> Change {
    Change::Setting { key: "G1".into(), value: format!("{value}") }
}

/// Entry 1, and entry 2 that names the offline root quorum.
fn founded() -> [RegistryEntry; 2] {
    let founder = Certificate {
        person: PersonId([1; 16]),
        device: DeviceId([3; 16]),
        incarnation: Incarnation([4; 16]),
        public: FOUNDER.public(),
    };
    let found = Change::Found {
        name: "样例县财政局".into(),
        level: "county".into(),
        suite: KEYED_TEST,
        quorum: quorum(&FOUNDER),
        founder,
        code: "01".into(),
    };
    let first = entry(None, found, &FOUNDER);
    let second = entry(Some(&first), Change::RootQuorum { quorum: quorum(&ROOT) }, &FOUNDER);
    [first, second]
}

/// An entry of the tree with what its branch knows: who signs the next one.
struct Node {
    entry: RegistryEntry,
    admin: TestKey,
    children: Vec<usize>,
}

/// A tree in which administrators sign now and then two entries with one number, and the root settles some of it.
fn some_tree(chance: &mut Chance) -> Vec<Node> {
    let [first, second] = founded();
    let mut tree = vec![
        Node { entry: first, admin: FOUNDER, children: vec![1] },
        Node { entry: second, admin: FOUNDER, children: Vec::new() },
    ];
    for _ in 0..3 + chance.below(8) {
        let at = if chance.percent(75) { tree.len() - 1 } else { 1 + chance.below(tree.len() - 1) };
        let number = tree[at].entry.number + 1;
        let node = if chance.percent(25) && number > 3 {
            let fork = 3 + chance.below((number - 3) as usize) as u32;
            let body = Change::Settle { fork, quorum: quorum(&NEW_ADMIN) };
            Node { entry: entry(Some(&tree[at].entry), body, &ROOT), admin: NEW_ADMIN, children: Vec::new() }
        } else {
            let admin = tree[at].admin.clone();
            let entry = entry(Some(&tree[at].entry), setting(chance.next()), &admin);
            Node { entry, admin, children: Vec::new() }
        };
        let child = tree.len();
        if tree.iter().all(|other| other.entry.hash() != node.entry.hash()) {
            tree[at].children.push(child);
            tree.push(node);
        }
    }
    tree
}

fn settles(tree: &[Node], at: usize, number: u32) -> bool {
    let own = match tree[at].entry.body {
        Change::Settle { fork, .. } => fork == number || tree[at].entry.number == number,
        _ => false,
    };
    own || tree[at].children.iter().any(|child| settles(tree, *child, number))
}

/// The registry of the tree by the words of G2: hashes of its entries, and the number before which it stands.
fn naive(tree: &[Node]) -> (Vec<Digest>, Option<u32>) {
    let (mut at, mut hashes) = (0, Vec::new());
    loop {
        hashes.push(tree[at].entry.hash());
        let number = tree[at].entry.number + 1;
        let right: Vec<usize> =
            tree[at].children.iter().copied().filter(|child| settles(tree, *child, number)).collect();
        at = match (tree[at].children.as_slice(), right.as_slice()) {
            ([], _) => return (hashes, None),
            ([only], _) | (_, [only]) => *only,
            _ => return (hashes, Some(number)),
        };
    }
}

fn told(settled: &Settled) -> (Vec<Digest>, Option<u32>) {
    assert_eq!(settled.chain.head().map(|head| head.hash), settled.entries.last().copied());
    (settled.entries.clone(), settled.fork.as_ref().map(|fork| fork.number))
}

#[test]
fn every_heap_makes_the_registry_that_the_rule_says_in_any_order() {
    let (mut stopped, mut ended) = (0, 0);
    for seed in 0..3_000 {
        let mut chance = Chance::new(seed);
        let tree = some_tree(&mut chance);
        let mut heap: Vec<RegistryEntry> = tree.iter().map(|node| node.entry.clone()).collect();
        let root = heap[0].hash();
        let at = 1 + chance.below(heap.len() - 1);
        // Neither what nobody signed nor what the wrong quorum signed is an alarm.
        heap.push(entry(Some(&tree[at].entry), setting(1), &TestKey([9; 32])));
        heap.push(entry(
            Some(&tree[at].entry),
            Change::Settle { fork: 3, quorum: quorum(&FOUNDER) },
            &FOUNDER,
        ));
        let mut bent = tree[at].entry.clone();
        bent.sigs[0].sig[0] ^= 1;
        heap.push(bent);
        heap.extend(heap.clone().into_iter().filter(|_| chance.percent(20)));
        chance.shuffle(&mut heap);
        let settled = RegistryChain::of_entries(root, &heap, &NoBlobs);
        assert_eq!(told(&settled), naive(&tree), "seed {seed}");
        stopped += usize::from(settled.fork.is_some());
        ended += settled.ended.len();
    }
    assert!(stopped > 300 && ended > 300, "{stopped} stopped, {ended} ended");
}

#[test]
fn two_entries_with_one_number_stop_the_registry_until_the_root_speaks() {
    let [first, second] = founded();
    let (one, other) =
        (entry(Some(&second), setting(1), &FOUNDER), entry(Some(&second), setting(2), &FOUNDER));
    let heap = [first.clone(), second.clone(), one.clone(), other.clone()];
    let stands = RegistryChain::of_entries(first.hash(), &heap, &NoBlobs);
    let fork = stands.fork.clone().expect("F12");
    assert_eq!((stands.entries.len(), fork.number, fork.finding().code()), (2, 3, "F12"));
    let mut entries = vec![one.hash(), other.hash()];
    entries.sort();
    assert_eq!(fork.entries, entries);
    let follows = with_mutation(Mutation::RegistryForkFollowed, || {
        RegistryChain::of_entries(first.hash(), &heap, &NoBlobs)
    });
    assert_ne!(told(&follows), told(&stands));
    let settle = entry(Some(&other), Change::Settle { fork: 3, quorum: quorum(&NEW_ADMIN) }, &ROOT);
    let ended = RegistryChain::of_entries(first.hash(), &[heap.as_slice(), &[settle]].concat(), &NoBlobs);
    assert_eq!((ended.fork, ended.entries.len(), ended.ended.len()), (None, 4, 1));
    let now = ended.chain.now().expect("founded");
    assert_eq!((now.setting("G1"), now.quorum()), (Some("2"), Some(&quorum(&NEW_ADMIN))));
}

/// A client that follows one branch hears of the other: an alarm only if it was signed.
#[test]
fn a_rival_is_an_alarm_only_when_it_was_signed() {
    let [first, second] = founded();
    let mut chain = RegistryChain::new(first.hash());
    let one = entry(Some(&second), setting(1), &FOUNDER);
    for entry in [&first, &second, &one] {
        chain.append(entry, &NoBlobs).expect("appends");
    }
    let rivals = BTreeMap::from([
        ("signed", (entry(Some(&second), setting(2), &FOUNDER), RegistryError::Fork { number: 3 })),
        ("unsigned", (entry(Some(&second), setting(3), &NEW_ADMIN), RegistryError::Quorum)),
        ("elsewhere", (entry(Some(&one), setting(4), &FOUNDER), RegistryError::Prev)),
    ]);
    for (name, (mut rival, expected)) in rivals {
        rival.number = 3;
        rival.sign(0, if name == "unsigned" { &NEW_ADMIN } else { &FOUNDER }).expect("signs");
        assert_eq!(chain.append(&rival, &NoBlobs), Err(expected), "{name}");
    }
    let by_admin = entry(Some(&one), Change::RootQuorum { quorum: quorum(&FOUNDER) }, &FOUNDER);
    assert_eq!(
        chain.append(&by_admin, &NoBlobs),
        Err(RegistryError::Quorum),
        "only the root names another root"
    );
}
