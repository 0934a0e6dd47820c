//! Every address of the interface's document is answered, with just the methods that it names.

use crate::bureau::{Bureau, Who};
use crate::pc::Pc;
use crate::world::{World, quota};

const DOCUMENT: &str = include_str!("../../../../docs/endpoint-openapi.yaml");
/// A HEAD has no body that would tell, so it is not asked for.
const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// Addresses of the document, each with its methods.
fn documented() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in DOCUMENT.lines() {
        if let Some(path) = line.strip_prefix("  /").and_then(|path| path.strip_suffix(':')) {
            found.push((path, Vec::new()));
        } else if let Some(method) = line.strip_prefix("    ").and_then(|word| word.strip_suffix(':'))
            && METHODS.contains(&method)
        {
            found.last_mut().expect("a method belongs to an address").1.push(method);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_documented_is_answered() {
    let (world, bureau) = (World::on_sqlite(quota()).await, Bureau::founded(51));
    world.let_in(&bureau).await;
    let admin = Pc::new(world.at, &bureau, Who::Admin).await;
    let documented = documented();
    assert_eq!(documented.len(), 17);
    for (path, methods) in documented {
        for method in METHODS {
            let target = format!("/{}", path.replace(['{', '}'], ""));
            let answer = admin.ask_with(&method.to_uppercase(), &target, "", b"x").await;
            let answered = answer.refusal() != Some(qianban_protocol::RefusalCode::NotFound);
            assert_eq!(answered, methods.contains(&method), "{method} {target}: {answer:?}");
        }
    }
}
