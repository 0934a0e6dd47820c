//! What a person does at the window, in the words on the screen.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use fantoccini::Client;
use serde_json::Value;

/// How long the screen may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// Asks again and again until there is an answer; fails with `what` when the time is up.
pub(crate) async fn until<T>(limit: Duration, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < end, "waited {} s in vain: {what}", limit.as_secs());
        tokio::time::sleep(GLANCE).await;
    }
}

/// The open program.
pub(crate) struct Window {
    client: Client,
    shots: PathBuf,
}

impl Window {
    /// Waits until the main window has drawn something.
    pub(crate) async fn new(client: Client, shots: PathBuf) -> Window {
        let window = Window { client, shots };
        until(PATIENCE, "the page has a body", async || {
            let drawn =
                window.script("return document.body !== null && document.body.innerText.trim() !== ''").await;
            (drawn == Value::Bool(true)).then_some(())
        })
        .await;
        window
    }

    /// The result of a script in the page.
    pub(crate) async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// The result of a script that calls its last argument when it is done.
    pub(crate) async fn script_later(&self, script: &str) -> Value {
        self.client
            .execute_async(script, Vec::new())
            .await
            .unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Keeps a picture of the window under this name.
    pub(crate) async fn shot(&self, name: &str) {
        let png = self.client.screenshot().await.expect("a screenshot");
        fs::write(self.shots.join(format!("{name}.png")), png).expect("the screenshot is written");
    }

    /// Ends the session, and with it the program.
    pub(crate) async fn close(self) {
        self.client.close().await.expect("the window closes");
    }
}
