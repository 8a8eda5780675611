"""Recall on positives alone, such as miRTarBase's target sites: by source, with a control beside each share."""
