//! What goes wrong: power cuts, backups, images, clocks, endpoints, administrators.

use crate::bureau::{Bureau, Equivocation};
use crate::compare::Verdict;
use crate::device::Device;
use qianban_journal::Change;

/// Computers of a run, images included.
const DEVICES: usize = 14;

impl Bureau {
    /// P11, and P9 now and then.
    pub fn lose_power(&mut self) -> Verdict {
        let at = self.any_device();
        self.figures.crashes += 1;
        self.devices[at].crash()?;
        if self.chance.percent(30) { self.devices[at].again() } else { Ok(()) }
    }

    /// A backup is made, or put back: recognised (K6), with a new life and new seats, or not, with a fork in its log.
    pub fn copy_or_put_back(&mut self) -> Verdict {
        let at = self.any_device();
        let copied: Vec<usize> =
            (0..self.devices.len()).filter(|at| self.devices[*at].backup.is_some()).collect();
        let back = self.chance.pick(&copied).filter(|_| self.chance.percent(40));
        let Some((at, (disk, desks))) = back.and_then(|at| Some((at, self.devices[at].backup.take()?)))
        else {
            let device = &mut self.devices[at];
            device.backup = Some((device.disk.clone(), device.desks.clone()));
            return Ok(());
        };
        self.figures.restores += 1;
        self.devices[at].disk = disk;
        self.devices[at].desks = desks;
        let entries = self.devices[at].disk.entries.clone();
        let again = Device::new(self.root(), &entries, self.blobs());
        self.devices[at].settled = again.settled;
        self.devices[at].refold();
        if self.chance.percent(60) { self.recognise(at) } else { Ok(()) }
    }

    fn recognise(&mut self, at: usize) -> Verdict {
        self.devices[at].certified = false;
        let desks: Vec<usize> = self.devices[at].desks.keys().copied().collect();
        let elsewhere = |desk: &usize| {
            self.devices.iter().enumerate().any(|(n, device)| n != at && device.desks.contains_key(desk))
        };
        let admin = self.devices[0].version() == self.worlds[0].version() && self.on_the_branch(0);
        if at == 0 || !admin || desks.iter().any(elsewhere) {
            return Ok(());
        }
        let incarnation = self.next_incarnation();
        for desk in desks {
            let key = self.worlds[0].new_key();
            for world in &mut self.worlds {
                world.renew(desk, incarnation, key.clone());
            }
            let certificate = self.worlds[0].desks[desk].certificate();
            if !self.append(0, Change::SeatCertify { certificate, code: "N".into() })? {
                return Ok(());
            }
            self.devices[at].desks.insert(desk, (0, None));
        }
        let (entries, blobs) = (self.worlds[0].entries.clone(), self.worlds[0].blobs.clone());
        self.devices[at].learn(&entries, &blobs);
        self.devices[at].certified = self.devices[at].version() == self.worlds[0].version();
        self.look(at)
    }

    /// Faults 20: a computer is imaged; both go on under one seat until somebody notices.
    pub fn image(&mut self) -> Verdict {
        let at = self.any_device();
        if self.devices.len() < DEVICES && self.devices[at].certified {
            self.figures.images += 1;
            let (disk, desks) = (self.devices[at].disk.clone(), self.devices[at].desks.clone());
            let clone = Device::of_image(disk, desks, self.root(), self.blobs());
            self.devices.push(clone);
        }
        Ok(())
    }

    /// Faults 14 to 16: ten years back or ahead.
    pub fn turn_clock(&mut self) -> Verdict {
        let desk = self.chance.below(self.worlds[0].desks.len());
        let day = 24 * 3_600_000;
        let skew = [0, 0, -day, 3 * day, -3_650 * day, 3_650 * day][self.chance.below(6)];
        self.worlds.iter_mut().for_each(|world| world.desks[desk].skew = skew);
        Ok(())
    }

    /// Faults 70: it is backed up, or comes back from its backup under a new incarnation and key entry.
    pub fn endpoint_trouble(&mut self) -> Verdict {
        let at = self.chance.below(self.endpoints.len());
        if self.chance.percent(60) {
            self.endpoints[at].back_up();
            return Ok(());
        }
        let incarnation = self.next_incarnation();
        self.endpoints[at].restore(incarnation);
        self.figures.endpoint_restores += 1;
        if self.devices[0].version() == self.worlds[0].version() && self.on_the_branch(0) {
            let public = self.endpoints[at].key.public();
            self.append(0, Change::EndpointKey { incarnation, public })?;
        }
        Ok(())
    }

    /// Faults 32: two entries with one number, given to different computers.
    pub fn equivocate(&mut self) -> Verdict {
        let version = self.worlds[0].version();
        let ready = self.devices[0].version() == version && self.on_the_branch(0);
        if !self.will_equivocate || self.equivocation.is_some() || !ready {
            return Ok(());
        }
        let rival = self.worlds[0].rival(Change::Setting { key: "G1".into(), value: "岔".into() });
        let told = self.any_device();
        if !self.append(0, Change::Setting { key: "G1".into(), value: "正".into() })? {
            return Ok(());
        }
        self.figures.forks += 1;
        let blobs = self.worlds[0].blobs.clone();
        self.devices[told].learn(std::slice::from_ref(&rival), &blobs);
        self.equivocation = Some(Equivocation { number: version + 1, rival });
        self.look(told)
    }
}
